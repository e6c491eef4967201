//! The contexts that [`Associate::add_default_contexts`] proposes: Verification, and storage of what patients have.
//!
//! PS3.4 Annex A and Table B.5-1. An association has room for 128 presentation contexts (PS3.8 9.3.2.2: odd numbers of
//! one byte) and the standard has some 180 storage classes, so that a choice must be made. Left out are: all that is
//! retired; security and material testing (DICOS, DICONDE); objects that belong to no patient (protocols, hanging protocols,
//! palettes, implant templates, inventories); second generation radiotherapy and its delivery instructions; optometry
//! measurements; neurophysiology, body position and other waveforms since 2020 with their annotations and presentation
//! states; volumetric presentation states but one; CT for processing; height map segmentation; structured
//! display. A program that needs one of these adds it by itself.

use super::{Associate, PresentationContext, Uid};

impl Associate {
    /// Adds presentation contexts for Verification and for the storage classes of the standard that fit, each with
    /// Implicit and Explicit VR Little Endian, as far as there are free IDs. A class that has a context already gets no other.
    pub fn add_default_contexts(&mut self) {
        let mut taken = [false; 256];
        for context in &self.presentation_contexts {
            if let Some(slot) = taken.get_mut(usize::from(context.id)) {
                *slot = true;
            }
        }
        let mut free = (1..=u8::MAX).step_by(2).filter(|id| taken.get(usize::from(*id)) == Some(&false));
        let classes = std::iter::once(Uid::VERIFICATION)
            .chain(STORAGE_CLASSES.iter().map(|text| Uid::from_static(text)));
        for abstract_syntax in classes {
            if self.find_abstract_syntax(abstract_syntax.as_bytes()).is_some() {
                continue;
            }
            let Some(id) = free.next() else {
                return;
            };
            self.presentation_contexts.push(PresentationContext {
                id,
                result: 0,
                abstract_syntax,
                transfer_syntaxes: vec![Uid::IMPLICIT_VR_LITTLE_ENDIAN, Uid::EXPLICIT_VR_LITTLE_ENDIAN],
            });
        }
    }
}

/// Storage SOP classes (PS3.4 Table B.5-1), in numeric order: as many as fit beside Verification.
const STORAGE_CLASSES: [&str; 127] = [
    "1.2.840.10008.5.1.4.1.1.1",        // Computed Radiography Image Storage
    "1.2.840.10008.5.1.4.1.1.1.1",      // Digital X-Ray Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.1.1.1",    // Digital X-Ray Image Storage - For Processing
    "1.2.840.10008.5.1.4.1.1.1.2",      // Digital Mammography X-Ray Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.1.2.1",    // Digital Mammography X-Ray Image Storage - For Processing
    "1.2.840.10008.5.1.4.1.1.1.3",      // Digital Intra-Oral X-Ray Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.1.3.1",    // Digital Intra-Oral X-Ray Image Storage - For Processing
    "1.2.840.10008.5.1.4.1.1.2",        // CT Image Storage
    "1.2.840.10008.5.1.4.1.1.2.1",      // Enhanced CT Image Storage
    "1.2.840.10008.5.1.4.1.1.2.2",      // Legacy Converted Enhanced CT Image Storage
    "1.2.840.10008.5.1.4.1.1.3.1",      // Ultrasound Multi-frame Image Storage
    "1.2.840.10008.5.1.4.1.1.4",        // MR Image Storage
    "1.2.840.10008.5.1.4.1.1.4.1",      // Enhanced MR Image Storage
    "1.2.840.10008.5.1.4.1.1.4.2",      // MR Spectroscopy Storage
    "1.2.840.10008.5.1.4.1.1.4.3",      // Enhanced MR Color Image Storage
    "1.2.840.10008.5.1.4.1.1.4.4",      // Legacy Converted Enhanced MR Image Storage
    "1.2.840.10008.5.1.4.1.1.6.1",      // Ultrasound Image Storage
    "1.2.840.10008.5.1.4.1.1.6.2",      // Enhanced US Volume Storage
    "1.2.840.10008.5.1.4.1.1.6.3",      // Photoacoustic Image Storage
    "1.2.840.10008.5.1.4.1.1.7",        // Secondary Capture Image Storage
    "1.2.840.10008.5.1.4.1.1.7.1",      // Multi-frame Single Bit Secondary Capture Image Storage
    "1.2.840.10008.5.1.4.1.1.7.2",      // Multi-frame Grayscale Byte Secondary Capture Image Storage
    "1.2.840.10008.5.1.4.1.1.7.3",      // Multi-frame Grayscale Word Secondary Capture Image Storage
    "1.2.840.10008.5.1.4.1.1.7.4",      // Multi-frame True Color Secondary Capture Image Storage
    "1.2.840.10008.5.1.4.1.1.9.1.1",    // 12-lead ECG Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.1.2",    // General ECG Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.1.3",    // Ambulatory ECG Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.2.1",    // Hemodynamic Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.3.1",    // Cardiac Electrophysiology Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.4.1",    // Basic Voice Audio Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.4.2",    // General Audio Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.5.1",    // Arterial Pulse Waveform Storage
    "1.2.840.10008.5.1.4.1.1.9.6.1",    // Respiratory Waveform Storage
    "1.2.840.10008.5.1.4.1.1.11.1",     // Grayscale Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.2",     // Color Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.3",     // Pseudo-Color Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.4",     // Blending Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.5",     // XA/XRF Grayscale Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.8",     // Advanced Blending Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.11.12",    // Variable Modality LUT Softcopy Presentation State Storage
    "1.2.840.10008.5.1.4.1.1.12.1",     // X-Ray Angiographic Image Storage
    "1.2.840.10008.5.1.4.1.1.12.1.1",   // Enhanced XA Image Storage
    "1.2.840.10008.5.1.4.1.1.12.2",     // X-Ray Radiofluoroscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.12.2.1",   // Enhanced XRF Image Storage
    "1.2.840.10008.5.1.4.1.1.13.1.1",   // X-Ray 3D Angiographic Image Storage
    "1.2.840.10008.5.1.4.1.1.13.1.2",   // X-Ray 3D Craniofacial Image Storage
    "1.2.840.10008.5.1.4.1.1.13.1.3",   // Breast Tomosynthesis Image Storage
    "1.2.840.10008.5.1.4.1.1.13.1.4",   // Breast Projection X-Ray Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.13.1.5",   // Breast Projection X-Ray Image Storage - For Processing
    "1.2.840.10008.5.1.4.1.1.14.1", // Intravascular Optical Coherence Tomography Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.14.2", // Intravascular Optical Coherence Tomography Image Storage - For Processing
    "1.2.840.10008.5.1.4.1.1.20",   // Nuclear Medicine Image Storage
    "1.2.840.10008.5.1.4.1.1.30",   // Parametric Map Storage
    "1.2.840.10008.5.1.4.1.1.66",   // Raw Data Storage
    "1.2.840.10008.5.1.4.1.1.66.1", // Spatial Registration Storage
    "1.2.840.10008.5.1.4.1.1.66.2", // Spatial Fiducials Storage
    "1.2.840.10008.5.1.4.1.1.66.3", // Deformable Spatial Registration Storage
    "1.2.840.10008.5.1.4.1.1.66.4", // Segmentation Storage
    "1.2.840.10008.5.1.4.1.1.66.5", // Surface Segmentation Storage
    "1.2.840.10008.5.1.4.1.1.66.6", // Tractography Results Storage
    "1.2.840.10008.5.1.4.1.1.66.7", // Label Map Segmentation Storage
    "1.2.840.10008.5.1.4.1.1.67",   // Real World Value Mapping Storage
    "1.2.840.10008.5.1.4.1.1.68.1", // Surface Scan Mesh Storage
    "1.2.840.10008.5.1.4.1.1.68.2", // Surface Scan Point Cloud Storage
    "1.2.840.10008.5.1.4.1.1.77.1.1", // VL Endoscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.1.1", // Video Endoscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.2", // VL Microscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.2.1", // Video Microscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.3", // VL Slide-Coordinates Microscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.4", // VL Photographic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.4.1", // Video Photographic Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.1", // Ophthalmic Photography 8 Bit Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.2", // Ophthalmic Photography 16 Bit Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.3", // Stereometric Relationship Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.4", // Ophthalmic Tomography Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.5", // Wide Field Ophthalmic Photography Stereographic Projection Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.6", // Wide Field Ophthalmic Photography 3D Coordinates Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.7", // Ophthalmic Optical Coherence Tomography En Face Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.5.8", // Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage
    "1.2.840.10008.5.1.4.1.1.77.1.6",   // VL Whole Slide Microscopy Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.7",   // Dermoscopic Photography Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.8",   // Confocal Microscopy Image Storage
    "1.2.840.10008.5.1.4.1.1.77.1.9",   // Confocal Microscopy Tiled Pyramidal Image Storage
    "1.2.840.10008.5.1.4.1.1.78.7",     // Ophthalmic Axial Measurements Storage
    "1.2.840.10008.5.1.4.1.1.78.8",     // Intraocular Lens Calculations Storage
    "1.2.840.10008.5.1.4.1.1.79.1",     // Macular Grid Thickness and Volume Report Storage
    "1.2.840.10008.5.1.4.1.1.80.1",     // Ophthalmic Visual Field Static Perimetry Measurements Storage
    "1.2.840.10008.5.1.4.1.1.81.1",     // Ophthalmic Thickness Map Storage
    "1.2.840.10008.5.1.4.1.1.82.1",     // Corneal Topography Map Storage
    "1.2.840.10008.5.1.4.1.1.88.11",    // Basic Text SR Storage
    "1.2.840.10008.5.1.4.1.1.88.22",    // Enhanced SR Storage
    "1.2.840.10008.5.1.4.1.1.88.33",    // Comprehensive SR Storage
    "1.2.840.10008.5.1.4.1.1.88.34",    // Comprehensive 3D SR Storage
    "1.2.840.10008.5.1.4.1.1.88.35",    // Extensible SR Storage
    "1.2.840.10008.5.1.4.1.1.88.40",    // Procedure Log Storage
    "1.2.840.10008.5.1.4.1.1.88.50",    // Mammography CAD SR Storage
    "1.2.840.10008.5.1.4.1.1.88.59",    // Key Object Selection Document Storage
    "1.2.840.10008.5.1.4.1.1.88.65",    // Chest CAD SR Storage
    "1.2.840.10008.5.1.4.1.1.88.67",    // X-Ray Radiation Dose SR Storage
    "1.2.840.10008.5.1.4.1.1.88.68",    // Radiopharmaceutical Radiation Dose SR Storage
    "1.2.840.10008.5.1.4.1.1.88.69",    // Colon CAD SR Storage
    "1.2.840.10008.5.1.4.1.1.88.70",    // Implantation Plan SR Storage
    "1.2.840.10008.5.1.4.1.1.88.71",    // Acquisition Context SR Storage
    "1.2.840.10008.5.1.4.1.1.88.72",    // Simplified Adult Echo SR Storage
    "1.2.840.10008.5.1.4.1.1.88.73",    // Patient Radiation Dose SR Storage
    "1.2.840.10008.5.1.4.1.1.88.74",    // Planned Imaging Agent Administration SR Storage
    "1.2.840.10008.5.1.4.1.1.88.75",    // Performed Imaging Agent Administration SR Storage
    "1.2.840.10008.5.1.4.1.1.88.76",    // Enhanced X-Ray Radiation Dose SR Storage
    "1.2.840.10008.5.1.4.1.1.90.1",     // Content Assessment Results Storage
    "1.2.840.10008.5.1.4.1.1.91.1",     // Microscopy Bulk Simple Annotations Storage
    "1.2.840.10008.5.1.4.1.1.104.1",    // Encapsulated PDF Storage
    "1.2.840.10008.5.1.4.1.1.104.2",    // Encapsulated CDA Storage
    "1.2.840.10008.5.1.4.1.1.104.3",    // Encapsulated STL Storage
    "1.2.840.10008.5.1.4.1.1.104.4",    // Encapsulated OBJ Storage
    "1.2.840.10008.5.1.4.1.1.104.5",    // Encapsulated MTL Storage
    "1.2.840.10008.5.1.4.1.1.128",      // Positron Emission Tomography Image Storage
    "1.2.840.10008.5.1.4.1.1.128.1",    // Legacy Converted Enhanced PET Image Storage
    "1.2.840.10008.5.1.4.1.1.130",      // Enhanced PET Image Storage
    "1.2.840.10008.5.1.4.1.1.481.1",    // RT Image Storage
    "1.2.840.10008.5.1.4.1.1.481.2",    // RT Dose Storage
    "1.2.840.10008.5.1.4.1.1.481.3",    // RT Structure Set Storage
    "1.2.840.10008.5.1.4.1.1.481.4",    // RT Beams Treatment Record Storage
    "1.2.840.10008.5.1.4.1.1.481.5",    // RT Plan Storage
    "1.2.840.10008.5.1.4.1.1.481.6",    // RT Brachy Treatment Record Storage
    "1.2.840.10008.5.1.4.1.1.481.7",    // RT Treatment Summary Record Storage
    "1.2.840.10008.5.1.4.1.1.481.8",    // RT Ion Plan Storage
    "1.2.840.10008.5.1.4.1.1.481.9",    // RT Ion Beams Treatment Record Storage
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdu::AssociateForm;

    #[test]
    fn the_default_fills_all_128_contexts_and_decodes_again() {
        let mut associate = Associate::new(AssociateForm::Request);
        associate.add_default_contexts();
        let ids: Vec<u8> = associate.presentation_contexts.iter().map(|c| c.id).collect();
        let odd: Vec<u8> = (1..=255).step_by(2).collect();
        assert_eq!(ids, odd);
        for context in &associate.presentation_contexts {
            let uid = context.abstract_syntax.as_bytes();
            assert_eq!(Uid::new(uid), Ok(context.abstract_syntax));
            assert_eq!(associate.abstract_syntax_count(uid), 1);
        }
        assert_eq!(associate.find_abstract_syntax(b"1.2.840.10008.1.1"), Some(1));
        let bytes = associate.encode().unwrap();
        let again = Associate::decode(AssociateForm::Request, &bytes[6..]).unwrap();
        assert_eq!(again, associate);
    }

    #[test]
    fn contexts_that_are_there_stay_and_keep_their_ids() {
        let mut associate = Associate::new(AssociateForm::Request);
        associate.add_context(3, 0, b"1.2.840.10008.1.1").unwrap();
        associate.add_context(255, 0, b"1.2.3").unwrap();
        associate.add_default_contexts();
        assert_eq!(associate.presentation_contexts.len(), 128);
        assert_eq!(associate.abstract_syntax_count(b"1.2.840.10008.1.1"), 1);
        assert_eq!(associate.find_abstract_syntax(b"1.2.840.10008.1.1"), Some(3));
        associate.add_default_contexts();
        assert_eq!(associate.presentation_contexts.len(), 128);
    }
}
