/// \file
/// The numbers of the network interface: PDU types, the fields of an association, command sets,
/// statuses, and the options of a network object.
///
/// Values of DICOM are those of PS3.7 and PS3.8 and carry their section. TLS (tls_constants.h) and
/// data sets (ds_constants.h) have files of their own. This file holds numbers only.

#ifndef LDICOMNET_CONSTANTS_H
#define LDICOMNET_CONSTANTS_H

// ---- Network object -------------------------------------------------------------------------

// Secure modes: the nMode of a new network object. Accepted as signed or unsigned 32 bits.
#define DICOM_SECURE_NONE 0xABCD0000U  ///< Plain TCP.
#define DICOM_SECURE_ISCL 0xABCD0001U  ///< Not supported: answers DICOM_ERROR_BAD_SECURE_MODE.
#define DICOM_SECURE_TLS 0xABCD0002U   ///< TLS.

// Address families: the nIpType of Listen and Connect.
#define DICOM_IPTYPE_NONE 0          ///< Answers DICOM_ERROR_PARAMETER.
#define DICOM_IPTYPE_IPV4 1          ///< IPv4 only; what the short forms of Listen and Connect use.
#define DICOM_IPTYPE_IPV6 2          ///< IPv6 only.
#define DICOM_IPTYPE_IPV4_OR_IPV6 3  ///< Both.

/// Characters that an IPv4 address needs as text, the NUL included.
#define NET_MAX_ADDRESS_SIZE 16
/// Characters that any address needs as text, an IPv6 scope and the NUL included.
#define NET_MAX_ADDRESS_SIZE_EX 64

// What OnCondition answers about a connection that has arrived.
#define DICOM_CONDITION_ACCEPT 0  ///< Go on to OnAccept. The default.
#define DICOM_CONDITION_REJECT 1  ///< Reset it at once.
#define DICOM_CONDITION_DEFER 2   ///< Leave it waiting, without OnAccept.

/// What OnStoreBegin answers, beside COMMAND_STATUS_*: throw the data set away as it arrives.
#define DICOMNET_STORE_DISCARD 0x10000

// Where hooks run: the argument of SetDispatchMode.
#define DICOMNET_DISPATCH_THREADS 0  ///< On the library's own threads. The default.
#define DICOMNET_DISPATCH_PUMP 1     ///< Only inside Breathe or Wait, on the thread that calls it.

// SetFlags.
#define DICOMNET_FLAGS_NONE 0x0
/// Data sets are sent with their group length elements (gggg,0000).
#define DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS 0x1

// SetDebugMode.
#define DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO 1     ///< OnSendExt comes beside OnSend, with the bytes sent.
#define DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO 2  ///< What is received is logged in detail.

// ---- PDU types (PS3.8 9.3.1) ----------------------------------------------------------------

#define PDU_UNKNOWN 0            ///< Not one of the seven.
#define PDU_ASSOCIATE_REQUEST 1  ///< A-ASSOCIATE-RQ
#define PDU_ASSOCIATE_ACCEPT 2   ///< A-ASSOCIATE-AC
#define PDU_ASSOCIATE_REJECT 3   ///< A-ASSOCIATE-RJ
#define PDU_DATA_TRANSFER 4      ///< P-DATA-TF
#define PDU_RELEASE_REQUEST 5    ///< A-RELEASE-RQ
#define PDU_RELEASE_RESPONSE 6   ///< A-RELEASE-RP
#define PDU_ABORT 7              ///< A-ABORT

// ---- Association ----------------------------------------------------------------------------

#define PDU_MAX_UID_SIZE 64       ///< Characters of the longest UID (PS3.5 9.1).
#define PDU_MAX_TITLE_SIZE 64     ///< Room that code of this interface gives an AE title; PS3.8 allows 16.
#define PDU_MAX_VERSION_SIZE 16   ///< Characters of an implementation version name (PS3.7 D.3.3.2.3).
#define PDU_MIN_MAXIMUM_LENGTH 8  ///< The least maximum length that carries a byte pair (PS3.8 D.1).

// Role selection (PS3.7 D.3.3.4).
#define PDU_ROLE_NON_SUPPORT 0
#define PDU_ROLE_SUPPORT 1

// Result of one presentation context (PS3.8 Table 9-18).
#define PDU_ACCEPT_RESULT_SUCCESS 0
#define PDU_ACCEPT_RESULT_USER_REJECT 1
#define PDU_ACCEPT_RESULT_PROVIDER_REJECT 2
#define PDU_ACCEPT_RESULT_ABSTRACT_SYNTAX 3  ///< The abstract syntax is not supported.
#define PDU_ACCEPT_RESULT_TRANSFER_SYNTAX 4  ///< None of the transfer syntaxes is supported.

// Result, source and reason of a rejected association (PS3.8 Table 9-21).
#define PDU_REJECT_RESULT_PERMANENT 1
#define PDU_REJECT_RESULT_TRANSIENT 2
#define PDU_REJECT_SOURCE_USER 1
#define PDU_REJECT_SOURCE_PROVIDER1 2    ///< The provider, for its ACSE part.
#define PDU_REJECT_SOURCE_PROVIDER2 3    ///< The provider, for its presentation part.
#define PDU_REJECT_REASON_UNKNOWN 1      ///< USER and PROVIDER1: no reason given.
#define PDU_REJECT_REASON_APPLICATION 2  ///< USER: the application context is not supported.
#define PDU_REJECT_REASON_CALLING 3      ///< USER: the calling AE title is not recognised.
#define PDU_REJECT_REASON_CALLED 7       ///< USER: the called AE title is not recognised.
#define PDU_REJECT_REASON_VERSION 2      ///< PROVIDER1: the protocol version is not supported.
#define PDU_REJECT_REASON_CONGESTION 1   ///< PROVIDER2: temporary congestion.
#define PDU_REJECT_REASON_LIMIT 2        ///< PROVIDER2: the local limit is exceeded.

// Source and reason of an abort (PS3.8 Table 9-26). The reason means something with PROVIDER only.
#define PDU_ABORT_SOURCE_USER 0
#define PDU_ABORT_SOURCE_PROVIDER 2
#define PDU_ABORT_REASON_UNKNOWN 0             ///< No reason given.
#define PDU_ABORT_REASON_UNRECOGNIZED 1        ///< A PDU of an unknown type.
#define PDU_ABORT_REASON_UNEXPECTED 2          ///< A PDU that the state does not allow.
#define PDU_ABORT_REASON_UNRECOGNIZED_PARAM 4  ///< A parameter that is not known.
#define PDU_ABORT_REASON_UNEXPECTED_PARAM 5    ///< A parameter that does not belong there.
#define PDU_ABORT_REASON_INVALID_PARAM 6       ///< A parameter with a value it cannot have.

// User identity (PS3.7 Table D.3-14): the type of an identity.
#define PDU_USER_IDENTITY_USERNAME 1           ///< A name, in UTF-8.
#define PDU_USER_IDENTITY_USERNAME_PASSCODE 2  ///< A name and a passcode, both in UTF-8.
#define PDU_USER_IDENTITY_KERBEROS 3           ///< A Kerberos service ticket.
#define PDU_USER_IDENTITY_SAML 4               ///< A SAML assertion.
#define PDU_USER_IDENTITY_JWT 5                ///< A JSON web token.

// ---- Command sets (PS3.7 9.3, 10.3, Annex E) ------------------------------------------------

// Command field (0000,0100): one of the operations, with COMMAND_RESPONSE added for a response.
#define COMMAND_C_STORE 0x0001
#define COMMAND_C_GET 0x0010
#define COMMAND_C_FIND 0x0020
#define COMMAND_C_MOVE 0x0021
#define COMMAND_C_ECHO 0x0030
#define COMMAND_N_REPORT 0x0100  ///< N-EVENT-REPORT
#define COMMAND_N_GET 0x0110
#define COMMAND_N_SET 0x0120
#define COMMAND_N_ACTION 0x0130
#define COMMAND_N_CREATE 0x0140
#define COMMAND_N_DELETE 0x0150
#define COMMAND_C_CANCEL 0x0FFF
#define COMMAND_REQUEST 0x0000
#define COMMAND_RESPONSE 0x8000

// Command data set type (0000,0800): 0x0101 says that no data set follows, every other value that one does.
#define COMMAND_DATASET_PRESENT 0x0000
#define COMMAND_DATASET_IDENTIFIER 0x0102
#define COMMAND_DATASET_ABSENT 0x0101

// Priority (0000,0700).
#define COMMAND_PRIORITY_MEDIUM 0
#define COMMAND_PRIORITY_HIGH 1
#define COMMAND_PRIORITY_LOW 2

// Status (0000,0900): PS3.7 Annex C, and those of the service classes in PS3.4.
#define COMMAND_STATUS_SUCCESS 0x0000
#define COMMAND_STATUS_NO_SUCH_ATTRIBUTE 0x0105
#define COMMAND_STATUS_INVALID_ATTRIBUTE_VALUE 0x0106
#define COMMAND_STATUS_ATTRIBUTE_LIST_ERROR 0x0107
#define COMMAND_STATUS_PROCESSING_FAILURE 0x0110
#define COMMAND_STATUS_DUPLICATE_INSTANCE 0x0111
#define COMMAND_STATUS_NO_SUCH_OBJECT_INSTANCE 0x0112
#define COMMAND_STATUS_NO_SUCH_EVENT_TYPE 0x0113
#define COMMAND_STATUS_NO_SUCH_ARGUMENT 0x0114
#define COMMAND_STATUS_INVALID_ARGUMENT_VALUE 0x0115
#define COMMAND_STATUS_ATTRIBUTE_OUT_OF_RANGE 0x0116
#define COMMAND_STATUS_INVALID_OBJECT_INSTANCE 0x0117
#define COMMAND_STATUS_NO_SUCH_CLASS 0x0118
#define COMMAND_STATUS_CLASS_INSTANCE_CONFLICT 0x0119
#define COMMAND_STATUS_CLASE_INSTANCE_CONFLICT COMMAND_STATUS_CLASS_INSTANCE_CONFLICT  ///< An older spelling.
#define COMMAND_STATUS_MISSING_ATTRIBUTE 0x0120
#define COMMAND_STATUS_MISSING_ATTRIBUTE_VALUE 0x0121
#define COMMAND_STATUS_CLASS_NOT_SUPPORTED 0x0122
#define COMMAND_STATUS_NO_SUCH_ACTION_TYPE 0x0123
#define COMMAND_STATUS_REFUSED_NOT_AUTHORIZED 0x0124
#define COMMAND_STATUS_DUPLICATE_TRANSACTION_UID 0x0131
#define COMMAND_STATUS_DUPLICATE_INVOCATION 0x0210
#define COMMAND_STATUS_UNRECOGNIZED_OPERATION 0x0211
#define COMMAND_STATUS_MISTYPED_ARGUMENT 0x0212
#define COMMAND_STATUS_RESOURCE_LIMITATION 0x0213
#define COMMAND_STATUS_REFUSED_OUT_OF_RESOURCES 0xA700
#define COMMAND_STATUS_REFUSED_UNABLE_CALCULATE_MATCHES 0xA701
#define COMMAND_STATUS_REFUSED_UNABLE_PERFORM_SUB_OPS 0xA702
#define COMMAND_STATUS_REFUSED_MOVE_DESTINATION_UNKNOWN 0xA801
#define COMMAND_STATUS_WARNING 0xB000
#define COMMAND_STATUS_FAILURE 0xC001
#define COMMAND_STATUS_RESERVED2 0xC002
#define COMMAND_STATUS_RESERVED3 0xC003
#define COMMAND_STATUS_RESERVED4 0xC004
#define COMMAND_STATUS_CANCEL 0xFE00
#define COMMAND_STATUS_PENDING 0xFF00
#define COMMAND_STATUS_PENDING_WARNING 0xFF01  ///< Pending, and optional keys are not supported.

#endif  // LDICOMNET_CONSTANTS_H
