// The tables of modules and classes.

#include "dicom_ds_module_table.h"

#include <iterator>
#include <string_view>

#include "ldicomnet/ds_constants.h"
#include "ldicomnet/tags.h"
#include "ldicomnet/uids.h"

namespace ldicomnet::detail {
namespace {

constexpr ModuleElement kPatient[] = {
    {TAG_PATIENT_NAME, true},
    {TAG_PATIENT_ID, true},
    {TAG_PATIENT_BIRTH_DATE, true},
    {TAG_PATIENT_SEX, true},
    {TAG_ISSUER_OF_PATIENT_ID, false},
    {TAG_TYPE_OF_PATIENT_ID, false},
    {TAG_PATIENT_BIRTH_TIME, false},
    {TAG_OTHER_PATIENT_NAMES, false},
    {TAG_OTHER_PATIENT_IDS_SEQUENCE, false},
    {TAG_ETHNIC_GROUP, false},
    {TAG_PATIENT_COMMENTS, false},
};
constexpr ModuleElement kGeneralStudy[] = {
    {TAG_STUDY_INSTANCE_UID, true},
    {TAG_STUDY_DATE, true},
    {TAG_STUDY_TIME, true},
    {TAG_REFERRING_PHYSICIAN_NAME, true},
    {TAG_STUDY_ID, true},
    {TAG_ACCESSION_NUMBER, true},
    {TAG_STUDY_DESCRIPTION, false},
    {TAG_PHYSICIANS_OF_RECORD, false},
    {TAG_NAME_OF_PHYSICIANS_READING_STUDY, false},
    {TAG_PROCEDURE_CODE_SEQUENCE, false},
    {TAG_REFERENCED_STUDY_SEQUENCE, false},
};
constexpr ModuleElement kPatientStudy[] = {
    {TAG_ADMITTING_DIAGNOSES_DESCRIPTION, false},
    {TAG_PATIENT_AGE, false},
    {TAG_PATIENT_SIZE, false},
    {TAG_PATIENT_WEIGHT, false},
    {TAG_OCCUPATION, false},
    {TAG_ADDITIONAL_PATIENT_HISTORY, false},
    {TAG_ADMISSION_ID, false},
};
constexpr ModuleElement kGeneralSeries[] = {
    {TAG_MODALITY, true},
    {TAG_SERIES_INSTANCE_UID, true},
    {TAG_SERIES_NUMBER, true},
    {TAG_LATERALITY, false},
    {TAG_SERIES_DATE, false},
    {TAG_SERIES_TIME, false},
    {TAG_SERIES_DESCRIPTION, false},
    {TAG_PERFORMING_PHYSICIAN_NAME, false},
    {TAG_OPERATORS_NAME, false},
    {TAG_PROTOCOL_NAME, false},
    {TAG_BODY_PART_EXAMINED, false},
    {TAG_PATIENT_POSITION, false},
    {TAG_REQUEST_ATTRIBUTES_SEQUENCE, false},
    {TAG_REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE, false},
    {TAG_PERFORMED_PROCEDURE_STEP_ID, false},
    {TAG_PERFORMED_PROCEDURE_STEP_START_DATE, false},
    {TAG_PERFORMED_PROCEDURE_STEP_START_TIME, false},
    {TAG_PERFORMED_PROCEDURE_STEP_DESCRIPTION, false},
};
constexpr ModuleElement kFrameOfReference[] = {
    {TAG_FRAME_OF_REFERENCE_UID, true},
    {TAG_POSITION_REFERENCE_INDICATOR, true},
};
constexpr ModuleElement kGeneralEquipment[] = {
    {TAG_MANUFACTURER, true},
    {TAG_INSTITUTION_NAME, false},
    {TAG_INSTITUTION_ADDRESS, false},
    {TAG_STATION_NAME, false},
    {TAG_INSTITUTIONAL_DEPARTMENT_NAME, false},
    {TAG_MANUFACTURER_MODEL_NAME, false},
    {TAG_DEVICE_SERIAL_NUMBER, false},
    {TAG_SOFTWARE_VERSIONS, false},
};
constexpr ModuleElement kGeneralImage[] = {
    {TAG_INSTANCE_NUMBER, true},
    {TAG_PATIENT_ORIENTATION, false},
    {TAG_CONTENT_DATE, false},
    {TAG_CONTENT_TIME, false},
    {TAG_IMAGE_TYPE, false},
    {TAG_ACQUISITION_NUMBER, false},
    {TAG_ACQUISITION_DATE, false},
    {TAG_ACQUISITION_TIME, false},
    {TAG_IMAGE_COMMENTS, false},
    {TAG_BURNED_IN_ANNOTATION, false},
    {TAG_LOSSY_IMAGE_COMPRESSION, false},
};
constexpr ModuleElement kImagePixel[] = {
    {TAG_SAMPLES_PER_PIXEL, true},
    {TAG_PHOTOMETRIC_INTERPRETATION, true},
    {TAG_ROWS, true},
    {TAG_COLUMNS, true},
    {TAG_BITS_ALLOCATED, true},
    {TAG_BITS_STORED, true},
    {TAG_HIGH_BIT, true},
    {TAG_PIXEL_REPRESENTATION, true},
    {TAG_PLANAR_CONFIGURATION, false},
    {TAG_PIXEL_ASPECT_RATIO, false},
    {TAG_PIXEL_DATA, false},
};
constexpr ModuleElement kSopCommon[] = {
    {TAG_SOP_CLASS_UID, true},           {TAG_SOP_INSTANCE_UID, true},      {TAG_INSTANCE_CREATION_DATE, false},
    {TAG_INSTANCE_CREATION_TIME, false}, {TAG_INSTANCE_CREATOR_UID, false}, {TAG_TIMEZONE_OFFSET_FROM_UTC, false},
};
constexpr ModuleElement kFileSet[] = {
    {TAG_FILE_SET_ID, true},
    {TAG_OFFSET_OF_THE_FIRST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY, true},
    {TAG_OFFSET_OF_THE_LAST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY, true},
    {TAG_FILE_SET_CONSISTENCY_FLAG, true},
    {TAG_DIRECTORY_RECORD_SEQUENCE, true},
};
constexpr ModuleElement kPatientKeys[] = {
    {TAG_PATIENT_NAME, true},
    {TAG_PATIENT_ID, true},
    {TAG_ISSUER_OF_PATIENT_ID, false},
    {TAG_PATIENT_BIRTH_DATE, false},
    {TAG_PATIENT_BIRTH_TIME, false},
    {TAG_PATIENT_SEX, false},
    {TAG_OTHER_PATIENT_NAMES, false},
    {TAG_ETHNIC_GROUP, false},
    {TAG_PATIENT_COMMENTS, false},
    {TAG_NUMBER_OF_PATIENT_RELATED_STUDIES, false},
    {TAG_NUMBER_OF_PATIENT_RELATED_SERIES, false},
    {TAG_NUMBER_OF_PATIENT_RELATED_INSTANCES, false},
};
constexpr ModuleElement kStudyKeys[] = {
    {TAG_STUDY_DATE, true},
    {TAG_STUDY_TIME, true},
    {TAG_ACCESSION_NUMBER, true},
    {TAG_STUDY_ID, true},
    {TAG_STUDY_INSTANCE_UID, true},
    {TAG_MODALITIES_IN_STUDY, false},
    {TAG_SOP_CLASSES_IN_STUDY, false},
    {TAG_REFERRING_PHYSICIAN_NAME, false},
    {TAG_STUDY_DESCRIPTION, false},
    {TAG_NAME_OF_PHYSICIANS_READING_STUDY, false},
    {TAG_ADMITTING_DIAGNOSES_DESCRIPTION, false},
    {TAG_PATIENT_AGE, false},
    {TAG_PATIENT_SIZE, false},
    {TAG_PATIENT_WEIGHT, false},
    {TAG_NUMBER_OF_STUDY_RELATED_SERIES, false},
    {TAG_NUMBER_OF_STUDY_RELATED_INSTANCES, false},
};
constexpr ModuleElement kSeriesKeys[] = {
    {TAG_MODALITY, true},
    {TAG_SERIES_NUMBER, true},
    {TAG_SERIES_INSTANCE_UID, true},
    {TAG_SERIES_DATE, false},
    {TAG_SERIES_TIME, false},
    {TAG_SERIES_DESCRIPTION, false},
    {TAG_BODY_PART_EXAMINED, false},
    {TAG_PERFORMED_PROCEDURE_STEP_START_DATE, false},
    {TAG_PERFORMED_PROCEDURE_STEP_START_TIME, false},
    {TAG_NUMBER_OF_SERIES_RELATED_INSTANCES, false},
};
constexpr ModuleElement kImageKeys[] = {
    {TAG_INSTANCE_NUMBER, true}, {TAG_SOP_INSTANCE_UID, true}, {TAG_SOP_CLASS_UID, false},
    {TAG_CONTENT_DATE, false},   {TAG_CONTENT_TIME, false},    {TAG_NUMBER_OF_FRAMES, false},
};
constexpr ModuleElement kScheduledProcedureStepKeys[] = {
    {TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE, true},
    {TAG_MODALITY, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_STATION_AE_TITLE, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_START_DATE, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_START_TIME, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PERFORMING_PHYSICIAN_NAME, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_DESCRIPTION, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_ID, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_STATION_NAME, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_LOCATION, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_PRE_MEDICATION, true, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_STATUS, false, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE},
};
constexpr ModuleElement kRequestedProcedureKeys[] = {
    {TAG_ACCESSION_NUMBER, true},
    {TAG_REFERRING_PHYSICIAN_NAME, true},
    {TAG_REQUESTING_PHYSICIAN, true},
    {TAG_REQUESTED_PROCEDURE_ID, true},
    {TAG_REQUESTED_PROCEDURE_DESCRIPTION, true},
    {TAG_REQUESTED_PROCEDURE_CODE_SEQUENCE, true},
    {TAG_STUDY_INSTANCE_UID, true},
    {TAG_REFERENCED_STUDY_SEQUENCE, true},
    {TAG_REQUESTED_PROCEDURE_PRIORITY, true},
    {TAG_PATIENT_TRANSPORT_ARRANGEMENTS, true},
    {TAG_REASON_FOR_THE_REQUESTED_PROCEDURE, false},
    {TAG_REQUESTING_SERVICE, false},
    {TAG_PLACER_ORDER_NUMBER_IMAGING_SERVICE_REQUEST, false},
    {TAG_FILLER_ORDER_NUMBER_IMAGING_SERVICE_REQUEST, false},
};
constexpr ModuleElement kWorklistPatientKeys[] = {
    {TAG_PATIENT_NAME, true},
    {TAG_PATIENT_ID, true},
    {TAG_PATIENT_BIRTH_DATE, true},
    {TAG_PATIENT_SEX, true},
    {TAG_PATIENT_WEIGHT, true},
    {TAG_CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION, true},
    {TAG_PATIENT_STATE, true},
    {TAG_PREGNANCY_STATUS, true},
    {TAG_MEDICAL_ALERTS, true},
    {TAG_ALLERGIES, true},
    {TAG_SPECIAL_NEEDS, true},
    {TAG_ADMISSION_ID, true},
    {TAG_CURRENT_PATIENT_LOCATION, true},
    {TAG_REFERENCED_PATIENT_SEQUENCE, true},
    {TAG_PATIENT_SIZE, false},
    {TAG_PATIENT_COMMENTS, false},
    {TAG_ETHNIC_GROUP, false},
};
constexpr ModuleElement kPerformedProcedureStepRelationship[] = {
    {TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE, true},
    {TAG_PATIENT_NAME, true},
    {TAG_PATIENT_ID, true},
    {TAG_PATIENT_BIRTH_DATE, true},
    {TAG_PATIENT_SEX, true},
    {TAG_REFERENCED_PATIENT_SEQUENCE, true},
    {TAG_STUDY_INSTANCE_UID, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_REFERENCED_STUDY_SEQUENCE, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_ACCESSION_NUMBER, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_REQUESTED_PROCEDURE_ID, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_REQUESTED_PROCEDURE_DESCRIPTION, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_ID, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_SCHEDULED_PROCEDURE_STEP_DESCRIPTION, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
    {TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE, true, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE},
};
constexpr ModuleElement kPerformedProcedureStepInformation[] = {
    {TAG_PERFORMED_PROCEDURE_STEP_ID, true},
    {TAG_PERFORMED_STATION_AE_TITLE, true},
    {TAG_PERFORMED_STATION_NAME, true},
    {TAG_PERFORMED_LOCATION, true},
    {TAG_PERFORMED_PROCEDURE_STEP_START_DATE, true},
    {TAG_PERFORMED_PROCEDURE_STEP_START_TIME, true},
    {TAG_PERFORMED_PROCEDURE_STEP_STATUS, true},
    {TAG_PERFORMED_PROCEDURE_STEP_DESCRIPTION, true},
    {TAG_PERFORMED_PROCEDURE_TYPE_DESCRIPTION, true},
    {TAG_PROCEDURE_CODE_SEQUENCE, true},
    {TAG_PERFORMED_PROCEDURE_STEP_END_DATE, true},
    {TAG_PERFORMED_PROCEDURE_STEP_END_TIME, true},
    {TAG_PERFORMED_PROCEDURE_STEP_DISCONTINUATION_REASON_CODE_SEQUENCE, false},
};
constexpr ModuleElement kImageAcquisitionResults[] = {
    {TAG_MODALITY, true},
    {TAG_STUDY_ID, true},
    {TAG_PERFORMED_PROTOCOL_CODE_SEQUENCE, true},
    {TAG_PERFORMED_SERIES_SEQUENCE, true},
};
constexpr ModuleElement kStorageCommitment[] = {
    {TAG_TRANSACTION_UID, true},
    {TAG_REFERENCED_SOP_SEQUENCE, true},
    {TAG_STORAGE_MEDIA_FILE_SET_ID, false},
    {TAG_STORAGE_MEDIA_FILE_SET_UID, false},
    {TAG_RETRIEVE_AE_TITLE, false},
};
constexpr ModuleElement kBasicFilmSession[] = {
    {TAG_NUMBER_OF_COPIES, false}, {TAG_PRINT_PRIORITY, false},     {TAG_MEDIUM_TYPE, false},
    {TAG_FILM_DESTINATION, false}, {TAG_FILM_SESSION_LABEL, false}, {TAG_MEMORY_ALLOCATION, false},
    {TAG_OWNER_ID, false},
};
constexpr ModuleElement kBasicFilmBox[] = {
    {TAG_IMAGE_DISPLAY_FORMAT, true},
    {TAG_REFERENCED_FILM_SESSION_SEQUENCE, true},
    {TAG_ANNOTATION_DISPLAY_FORMAT_ID, false},
    {TAG_FILM_ORIENTATION, false},
    {TAG_FILM_SIZE_ID, false},
    {TAG_MAGNIFICATION_TYPE, false},
    {TAG_SMOOTHING_TYPE, false},
    {TAG_BORDER_DENSITY, false},
    {TAG_EMPTY_IMAGE_DENSITY, false},
    {TAG_MIN_DENSITY, false},
    {TAG_MAX_DENSITY, false},
    {TAG_TRIM, false},
    {TAG_CONFIGURATION_INFORMATION, false},
};
constexpr ModuleElement kBasicImageBox[] = {
    {TAG_IMAGE_BOX_POSITION, true},
    {TAG_POLARITY, false},
    {TAG_MAGNIFICATION_TYPE, false},
    {TAG_SMOOTHING_TYPE, false},
    {TAG_MIN_DENSITY, false},
    {TAG_MAX_DENSITY, false},
    {TAG_CONFIGURATION_INFORMATION, false},
    {TAG_REQUESTED_IMAGE_SIZE, false},
};
constexpr ModuleElement kBasicGrayscaleImage[] = {
    {TAG_BASIC_GRAYSCALE_IMAGE_SEQUENCE, true},
};
constexpr ModuleElement kBasicColorImage[] = {
    {TAG_BASIC_COLOR_IMAGE_SEQUENCE, true},
};

template <std::size_t N>
constexpr Module MakeModule(L_UINT32 number, const ModuleElement (&elements)[N]) {
  return {number, elements, N};
}

constexpr Module kModules[] = {
    MakeModule(MODULE_PATIENT, kPatient),
    MakeModule(MODULE_GENERAL_STUDY, kGeneralStudy),
    MakeModule(MODULE_PATIENT_STUDY, kPatientStudy),
    MakeModule(MODULE_GENERAL_SERIES, kGeneralSeries),
    MakeModule(MODULE_FRAME_OF_REFERENCE, kFrameOfReference),
    MakeModule(MODULE_GENERAL_EQUIPMENT, kGeneralEquipment),
    MakeModule(MODULE_GENERAL_IMAGE, kGeneralImage),
    MakeModule(MODULE_IMAGE_PIXEL, kImagePixel),
    MakeModule(MODULE_SOP_COMMON, kSopCommon),
    MakeModule(MODULE_FILE_SET, kFileSet),
    MakeModule(MODULE_PATIENT_KEYS, kPatientKeys),
    MakeModule(MODULE_STUDY_KEYS, kStudyKeys),
    MakeModule(MODULE_SERIES_KEYS, kSeriesKeys),
    MakeModule(MODULE_IMAGE_KEYS, kImageKeys),
    MakeModule(MODULE_SCHEDULED_PROCEDURE_STEP_KEYS, kScheduledProcedureStepKeys),
    MakeModule(MODULE_REQUESTED_PROCEDURE_KEYS, kRequestedProcedureKeys),
    MakeModule(MODULE_WORKLIST_PATIENT_KEYS, kWorklistPatientKeys),
    MakeModule(MODULE_PERFORMED_PROCEDURE_STEP_RELATIONSHIP, kPerformedProcedureStepRelationship),
    MakeModule(MODULE_PERFORMED_PROCEDURE_STEP_INFORMATION, kPerformedProcedureStepInformation),
    MakeModule(MODULE_IMAGE_ACQUISITION_RESULTS, kImageAcquisitionResults),
    MakeModule(MODULE_STORAGE_COMMITMENT, kStorageCommitment),
    MakeModule(MODULE_BASIC_FILM_SESSION, kBasicFilmSession),
    MakeModule(MODULE_BASIC_FILM_BOX, kBasicFilmBox),
    MakeModule(MODULE_BASIC_IMAGE_BOX, kBasicImageBox),
    MakeModule(MODULE_BASIC_GRAYSCALE_IMAGE, kBasicGrayscaleImage),
    MakeModule(MODULE_BASIC_COLOR_IMAGE, kBasicColorImage),
};

constexpr ClassModule kImageModules[] = {
    {MODULE_PATIENT, true},        {MODULE_GENERAL_STUDY, true},     {MODULE_PATIENT_STUDY, false},
    {MODULE_GENERAL_SERIES, true}, {MODULE_GENERAL_EQUIPMENT, true}, {MODULE_GENERAL_IMAGE, true},
    {MODULE_IMAGE_PIXEL, true},    {MODULE_SOP_COMMON, true},
};
constexpr ClassModule kPlacedImageModules[] = {
    {MODULE_PATIENT, true},        {MODULE_GENERAL_STUDY, true},      {MODULE_PATIENT_STUDY, false},
    {MODULE_GENERAL_SERIES, true}, {MODULE_FRAME_OF_REFERENCE, true}, {MODULE_GENERAL_EQUIPMENT, true},
    {MODULE_GENERAL_IMAGE, true},  {MODULE_IMAGE_PIXEL, true},        {MODULE_SOP_COMMON, true},
};
constexpr ClassModule kNoImageModules[] = {
    {MODULE_PATIENT, true},        {MODULE_GENERAL_STUDY, true},     {MODULE_PATIENT_STUDY, false},
    {MODULE_GENERAL_SERIES, true}, {MODULE_GENERAL_EQUIPMENT, true}, {MODULE_SOP_COMMON, true},
};
constexpr ClassModule kDirectoryModules[] = {
    {MODULE_FILE_SET, true},
};
constexpr ClassModule kPatientQueryModules[] = {
    {MODULE_PATIENT_KEYS, true},
};
constexpr ClassModule kStudyQueryModules[] = {
    {MODULE_STUDY_KEYS, true},
};
constexpr ClassModule kStudyRootQueryModules[] = {
    {MODULE_PATIENT_KEYS, true},
    {MODULE_STUDY_KEYS, true},
};
constexpr ClassModule kSeriesQueryModules[] = {
    {MODULE_SERIES_KEYS, true},
};
constexpr ClassModule kImageQueryModules[] = {
    {MODULE_IMAGE_KEYS, true},
};
constexpr ClassModule kWorklistModules[] = {
    {MODULE_SCHEDULED_PROCEDURE_STEP_KEYS, true},
    {MODULE_REQUESTED_PROCEDURE_KEYS, true},
    {MODULE_WORKLIST_PATIENT_KEYS, true},
};
constexpr ClassModule kPerformedModules[] = {
    {MODULE_PERFORMED_PROCEDURE_STEP_RELATIONSHIP, true},
    {MODULE_PERFORMED_PROCEDURE_STEP_INFORMATION, true},
    {MODULE_IMAGE_ACQUISITION_RESULTS, true},
};
constexpr ClassModule kCommitmentModules[] = {
    {MODULE_STORAGE_COMMITMENT, true},
};
constexpr ClassModule kFilmSessionModules[] = {
    {MODULE_BASIC_FILM_SESSION, true},
};
constexpr ClassModule kFilmBoxModules[] = {
    {MODULE_BASIC_FILM_BOX, true},
};
constexpr ClassModule kGrayscaleBoxModules[] = {
    {MODULE_BASIC_IMAGE_BOX, true},
    {MODULE_BASIC_GRAYSCALE_IMAGE, true},
};
constexpr ClassModule kColorBoxModules[] = {
    {MODULE_BASIC_IMAGE_BOX, true},
    {MODULE_BASIC_COLOR_IMAGE, true},
};

template <std::size_t N>
constexpr DataSetClass Stored(L_UINT32 number, const L_TCHAR* sop_class, const ClassModule (&modules)[N]) {
  return {number, sop_class, nullptr, modules, N, {}};
}

template <std::size_t N>
constexpr DataSetClass Query(L_UINT32 number, const L_TCHAR* level, const ClassModule (&modules)[N], L_UINT32 first = 0,
                             L_UINT32 second = 0, L_UINT32 third = 0) {
  return {number, nullptr, level, modules, N, {first, second, third}};
}

constexpr DataSetClass kClasses[] = {
    Stored(CLASS_CR_IMAGE_STORAGE, UID_CR_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_DX_IMAGE_STORAGE_PRESENTATION, UID_DX_IMAGE_STORAGE_PRESENTATION, kImageModules),
    Stored(CLASS_DX_IMAGE_STORAGE_PROCESSING, UID_DX_IMAGE_STORAGE_PROCESSING, kImageModules),
    Stored(CLASS_DX_MAMMOGRAPHY_IMAGE_STORAGE_PRESENTATION, UID_DX_MAMMOGRAPHY_IMAGE_STORAGE_PRESENTATION,
           kImageModules),
    Stored(CLASS_DX_MAMMOGRAPHY_IMAGE_STORAGE_PROCESSING, UID_DX_MAMMOGRAPHY_IMAGE_STORAGE_PROCESSING, kImageModules),
    Stored(CLASS_CT_IMAGE_STORAGE, UID_CT_IMAGE_STORAGE, kPlacedImageModules),
    Stored(CLASS_ENHANCED_CT_IMAGE_STORAGE, UID_ENHANCED_CT_IMAGE_STORAGE, kPlacedImageModules),
    Stored(CLASS_US_IMAGE_STORAGE, UID_US_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_US_MULTIFRAME_IMAGE_STORAGE, UID_US_MULTIFRAME_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_MR_IMAGE_STORAGE, UID_MR_IMAGE_STORAGE, kPlacedImageModules),
    Stored(CLASS_ENHANCED_MR_IMAGE_STORAGE, UID_ENHANCED_MR_IMAGE_STORAGE, kPlacedImageModules),
    Stored(CLASS_NM_IMAGE_STORAGE, UID_NM_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_SC_IMAGE_STORAGE, UID_SC_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_XA_IMAGE_STORAGE, UID_XA_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_XRF_IMAGE_STORAGE, UID_XRF_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_PET_IMAGE_STORAGE, UID_PET_IMAGE_STORAGE, kPlacedImageModules),
    Stored(CLASS_RT_IMAGE_STORAGE, UID_RT_IMAGE_STORAGE, kImageModules),
    Stored(CLASS_RT_DOSE_STORAGE, UID_RT_DOSE_STORAGE, kPlacedImageModules),
    Stored(CLASS_RT_STRUCTURE_STORAGE, UID_RT_STRUCTURE_STORAGE, kNoImageModules),
    Stored(CLASS_RT_PLAN_STORAGE, UID_RT_PLAN_STORAGE, kNoImageModules),
    Stored(CLASS_GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE, UID_GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE,
           kNoImageModules),
    Stored(CLASS_MEDIA_STORAGE_DIRECTORY, nullptr, kDirectoryModules),
    Query(CLASS_PATIENT_ROOT_QUERY_PATIENT, "PATIENT", kPatientQueryModules),
    Query(CLASS_PATIENT_ROOT_QUERY_STUDY, "STUDY", kStudyQueryModules, TAG_PATIENT_ID),
    Query(CLASS_PATIENT_ROOT_QUERY_SERIES, "SERIES", kSeriesQueryModules, TAG_PATIENT_ID, TAG_STUDY_INSTANCE_UID),
    Query(CLASS_PATIENT_ROOT_QUERY_IMAGE, "IMAGE", kImageQueryModules, TAG_PATIENT_ID, TAG_STUDY_INSTANCE_UID,
          TAG_SERIES_INSTANCE_UID),
    Query(CLASS_STUDY_ROOT_QUERY_STUDY, "STUDY", kStudyRootQueryModules),
    Query(CLASS_STUDY_ROOT_QUERY_SERIES, "SERIES", kSeriesQueryModules, TAG_STUDY_INSTANCE_UID),
    Query(CLASS_STUDY_ROOT_QUERY_IMAGE, "IMAGE", kImageQueryModules, TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID),
    Query(CLASS_MODALITY_WORKLIST, nullptr, kWorklistModules),
    Query(CLASS_MODALITY_PERFORMED, nullptr, kPerformedModules),
    Query(CLASS_STORAGE_COMMITMENT_PUSH, nullptr, kCommitmentModules),
    Query(CLASS_BASIC_FILM_SESSION, nullptr, kFilmSessionModules),
    Query(CLASS_BASIC_FILM_BOX, nullptr, kFilmBoxModules),
    Query(CLASS_BASIC_GRAYSCALE_IMAGE_BOX, nullptr, kGrayscaleBoxModules),
    Query(CLASS_BASIC_COLOR_IMAGE_BOX, nullptr, kColorBoxModules),
};

}  // namespace

const Module* FindModule(L_UINT32 number) {
  for (const Module& module : kModules) {
    if (module.number == number)
      return &module;
  }
  return nullptr;
}

const DataSetClass* FindClass(L_UINT32 number) {
  for (const DataSetClass& one : kClasses) {
    if (one.number == number)
      return &one;
  }
  return nullptr;
}

const DataSetClass* FindStorageClass(const L_TCHAR* sop_class) {
  for (const DataSetClass& one : kClasses) {
    if (one.sop_class != nullptr && std::string_view(one.sop_class) == sop_class)
      return &one;
  }
  return nullptr;
}

}  // namespace ldicomnet::detail
