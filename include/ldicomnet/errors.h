/// \file
/// Every code that a function of this library returns or a hook is told.
///
/// 0 is success and every error is positive. The functions of data sets return the same numbers in
/// 16 bits. A code never says more than one thing; what it was about is in the log line that goes
/// with it. This file holds numbers only.

#ifndef LDICOMNET_ERRORS_H
#define LDICOMNET_ERRORS_H

// Success. Every function that returns a code returns this when it did its work.
#define DICOM_SUCCESS 0        ///< The function did what it was asked to.
#define DICOM_ERROR_ISCL_OK 0  ///< The same, where a secure status is asked for.
#define DICOM_ERROR_TLS_OK 0   ///< The same, where a TLS status is asked for.

// Files, memory, parameters, and the broken PDU.
#define DICOM_ERROR_LOCKED 1         ///< The object is in use and cannot be changed now.
#define DICOM_ERROR_MEMORY 2         ///< Memory could not be had.
#define DICOM_ERROR_OPEN 3           ///< A file could not be opened.
#define DICOM_ERROR_READ 4           ///< A file could not be read.
#define DICOM_ERROR_WRITE 5          ///< A file could not be written.
#define DICOM_ERROR_SEEK 6           ///< A position in a file could not be reached.
#define DICOM_ERROR_END 7            ///< The data ends too early.
#define DICOM_ERROR_FORMAT 8         ///< The data is not what it should be.
#define DICOM_ERROR_PARAMETER 9      ///< An argument is missing, out of range, or a handle of nothing that lives.
#define DICOM_ERROR_IMAGE 10         ///< An image is broken.
#define DICOM_ERROR_COMPRESSION 11   ///< A compression is not known.
#define DICOM_ERROR_PHOTOMETRIC 12   ///< A photometric interpretation is not known.
#define DICOM_ERROR_CONVERSION 13    ///< A value could not be converted.
#define DICOM_ERROR_RANGE 14         ///< A value is out of its range.
#define DICOM_ERROR_BITSPERPIXEL 15  ///< A number of bits per pixel is not supported.
#define DICOM_ERROR_QFACTOR 16       ///< A quality factor is out of its range.
#define DICOM_ERROR_PDU_TYPE 17      ///< A PDU is of the wrong type, or an association object of the wrong form.
#define DICOM_ERROR_PDU_LENGTH 18    ///< A PDU has a length that it cannot have.
#define DICOM_ERROR_PDU_ID 19        ///< A presentation context ID was not accepted in this association.
#define DICOM_ERROR_BITSPERPIXEL_MISMATCH 20  ///< Two numbers of bits per pixel differ.

// The network. The name in parentheses is the system's own condition that becomes this code.
#define DICOM_ERROR_NET_FAILURE 29         ///< Something else went wrong on the network; the log says what.
#define DICOM_ERROR_NET_ACCESS 30          ///< The system forbids it: a privileged port, a broadcast address (EACCES).
#define DICOM_ERROR_NET_ADDRESS_IN_USE 31  ///< Another socket holds the address and port (EADDRINUSE).
#define DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE 32  ///< The address is not one of this computer (EADDRNOTAVAIL).
#define DICOM_ERROR_NET_ADDRESS_NOT_SUPPORTED 33  ///< The address family is not supported here (EAFNOSUPPORT).
#define DICOM_ERROR_NET_CONNECTION_ABORTED 34     ///< This side gave the connection up (ECONNABORTED).
#define DICOM_ERROR_NET_CONNECTION_REFUSED 35     ///< Nobody listens there (ECONNREFUSED).
#define DICOM_ERROR_NET_CONNECTION_RESET 36       ///< The peer broke the connection off (ECONNRESET).
#define DICOM_ERROR_NET_DESTINATION_REQUIRED 37   ///< A destination address is needed (EDESTADDRREQ).
#define DICOM_ERROR_NET_ARGUMENT_INCORRECT 38     ///< The system refused an address of memory (EFAULT).
#define DICOM_ERROR_NET_IN_PROGRESS 39            ///< The operation is still under way (EINPROGRESS).
#define DICOM_ERROR_NET_BLOCKING_CANCELED 40      ///< A waiting call was interrupted (EINTR).
#define DICOM_ERROR_NET_INVALID 41        ///< The state of the object or association does not allow it (EINVAL).
#define DICOM_ERROR_NET_IS_CONNECTED 42   ///< The object is already listening or connected (EISCONN).
#define DICOM_ERROR_NET_NO_MORE_FILE 43   ///< The process has no descriptor left (EMFILE).
#define DICOM_ERROR_NET_MESSAGE_SIZE 44   ///< The message is too long (EMSGSIZE).
#define DICOM_ERROR_NET_DOWN 45           ///< The network is down (ENETDOWN).
#define DICOM_ERROR_NET_RESET 46          ///< The network dropped the connection (ENETRESET).
#define DICOM_ERROR_NET_UN_REACH 47       ///< The network cannot be reached (ENETUNREACH).
#define DICOM_ERROR_NET_NO_BUFFERS 48     ///< Too much is already queued for sending (ENOBUFS).
#define DICOM_ERROR_NET_NOT_CONNECTED 49  ///< The object is not connected (ENOTCONN).
#define DICOM_ERROR_NET_NOT_SOCKET 50     ///< The descriptor is not a socket (ENOTSOCK).
#define DICOM_ERROR_NET_OPERATION_NOT_SUPPORTED 51  ///< The system does not support it (EOPNOTSUPP).
#define DICOM_ERROR_NET_PROTOCOL_NOT_SUPPORTED 52   ///< The protocol is not supported (EPROTONOSUPPORT).
#define DICOM_ERROR_NET_PROTOCOL_TYPE 53            ///< The protocol does not fit the socket (EPROTOTYPE).
#define DICOM_ERROR_NET_SHUTDOWN 54                 ///< The connection has been shut down (ESHUTDOWN).
#define DICOM_ERROR_NET_SOCKET_NOT_SUPPORTED 55     ///< The type of socket is not supported (ESOCKTNOSUPPORT).
#define DICOM_ERROR_NET_TIME_OUT 56                 ///< The time given ran out (ETIMEDOUT).
#define DICOM_ERROR_NET_WOULD_BLOCK 57       ///< Nothing is there yet, and waiting was not asked for (EWOULDBLOCK).
#define DICOM_ERROR_NET_HOST_NOT_FOUND 58    ///< The name of the host is not known.
#define DICOM_ERROR_NET_NO_DATA 59           ///< The name is known, but has no address of that family.
#define DICOM_ERROR_NET_NO_RECOVERY 60       ///< The resolver failed and will go on failing.
#define DICOM_ERROR_NET_NOT_INITIALISED 61   ///< The library is not started, or the object not initialised.
#define DICOM_ERROR_NET_SYSTEM_NOT_READY 62  ///< The network subsystem is not ready.
#define DICOM_ERROR_NET_TRY_AGAIN 63         ///< The resolver failed for now; a later attempt may succeed.
#define DICOM_ERROR_NET_VERSION_NOT_SUPPORTED 64  ///< The version of the socket interface is not supported.
#define DICOM_ERROR_NET_SECURITY_BREACH 65        ///< A cryptographic check failed; the TLS status says which.
#define DICOM_ERROR_NET_HOST_UN_REACH 423         ///< The host cannot be reached (EHOSTUNREACH).

// Secure modes, structures, files of keys, data sets.
#define DICOM_ERROR_TLS 66                 ///< TLS failed.
#define DICOM_ERROR_TLS_DLL_NOT_LOADED 68  ///< TLS is not there.
#define DICOM_ERROR_BAD_SECURE_MODE \
  69                                             ///< The secure mode is not known or not supported (ISCL), or, in
                                                 ///< OnClose, the peer speaks TLS and this object does not.
#define DICOM_ERROR_TAG_ALREADY_EXISTS 73        ///< The tag is already there.
#define DICOM_ERROR_INVALID_STRUCT_SIZE 213      ///< A uStructSize is not that of a known version of the structure.
#define DICOM_ERROR_NULL_PTR 214                 ///< A pointer that is needed is NULL.
#define DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED 218  ///< The private key could not be loaded.
#define DICOM_ERROR_CERTIFICATE_LOAD_FAILED 219  ///< The certificate could not be loaded.
#define DICOM_ERROR_KEYS_MISMATCH 221            ///< The private key does not belong to the certificate.
#define DICOM_ERROR_SOP_INSTANCE_UID_ALREADY_EXISTS 305  ///< The SOP instance UID is already there.
#define DICOM_IPV4_IPV6_CONFLICT 307                     ///< A literal address is of the family that was not asked for.
#define DICOM_ERROR_ELEMENT_ALREADY_EXISTS 416           ///< The element is already there.
#define DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED 417    ///< The transfer syntax is not supported.
#define DICOM_ERROR_CANCELED 418                         ///< The user canceled it.
#define DICOM_ERROR_CLASS_NOT_FOUND 419                  ///< The class is not known.
#define DICOM_ERROR_TOO_MANY_OPEN_FILES 421              ///< Too many files are open.
#define DICOM_ERROR_DISK_FULL 422                        ///< No space is left for a file.

// TLS: what an alert or the end of a secure link says.
#define DICOM_ERROR_TLS_CERTIFICATE_VERIFY_FAILED 127  ///< The peer's certificate was not verified.
#define DICOM_ERROR_TLS_CLOSE_NOTIFY 128               ///< The peer closed the secure link.
#define DICOM_ERROR_TLS_UNEXPECTED_MESSAGE 129         ///< A message came out of its order.
#define DICOM_ERROR_TLS_BAD_RECORD_MAC 130             ///< A record's authentication failed.
#define DICOM_ERROR_TLS_DECRYPT_FAILED 131             ///< A record could not be decrypted.
#define DICOM_ERROR_TLS_RECORD_OVERFLOW 132            ///< A record is too long.
#define DICOM_ERROR_TLS_DECOMPRESSION_FAILURE 133      ///< A record could not be decompressed.
#define DICOM_ERROR_TLS_HANDSHAKE_FAILURE 134          ///< No parameters suit both sides.
#define DICOM_ERROR_TLS_BAD_CERTIFICATE 135            ///< A certificate is broken.
#define DICOM_ERROR_TLS_UNSUPPORTED_CERTIFICATE 136    ///< A certificate is of an unsupported type.
#define DICOM_ERROR_TLS_CERTIFICATE_REVOKED 137        ///< A certificate is revoked.
#define DICOM_ERROR_TLS_CERTIFICATE_EXPIRED 138        ///< A certificate is out of date.
#define DICOM_ERROR_TLS_CERTIFICATE_UNKNOWN 139        ///< A certificate is not acceptable for another reason.
#define DICOM_ERROR_TLS_ILLEGAL_PARAMETER 140          ///< A field of the handshake is wrong.
#define DICOM_ERROR_TLS_UNKNOWN_CA 141                 ///< The authority is not known or not trusted.
#define DICOM_ERROR_TLS_ACCESS_DENIED 142              ///< The certificate is valid, but has no access.
#define DICOM_ERROR_TLS_DECODE_ERROR 143               ///< A message could not be decoded.
#define DICOM_ERROR_TLS_DECRYPT_ERROR 144              ///< A cryptographic operation of the handshake failed.
#define DICOM_ERROR_TLS_EXPORT_RESTRICTION 145         ///< Export restrictions were not kept (of old versions).
#define DICOM_ERROR_TLS_PROTOCOL_VERSION 146           ///< The version of the protocol is not supported.
#define DICOM_ERROR_TLS_INSUFFICIENT_SECURITY \
  147                                          ///< One side's versions or suites are not secure: the peer's, as
                                               ///< far as it says so, what it calls ours, or what is asked for.
#define DICOM_ERROR_TLS_INTERNAL_ERROR 148     ///< An error of the TLS software itself.
#define DICOM_ERROR_TLS_USER_CANCELED 149      ///< The handshake was canceled.
#define DICOM_ERROR_TLS_NO_RENEGOTIATION 150   ///< Renegotiation was refused.
#define DICOM_ERROR_TLS_NO_KEEPALIVE 151       ///< The secure link is not kept alive.
#define DICOM_ERROR_TLS_CLOSED_CONTROLLED 152  ///< The secure link was closed in order.

// TLS: why a certificate was not verified, and what was wrong with the context asked for.
#define DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT 160           ///< The issuer's certificate is not there.
#define DICOM_ERROR_TLS_UNABLE_TO_GET_CRL 161                   ///< The revocation list is not there.
#define DICOM_ERROR_TLS_UNABLE_TO_DECRYPT_CERT_SIGNATURE 162    ///< A certificate's signature is not decryptable.
#define DICOM_ERROR_TLS_UNABLE_TO_DECRYPT_CRL_SIGNATURE 163     ///< A revocation list's signature is not decryptable.
#define DICOM_ERROR_TLS_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY 164  ///< The issuer's public key is not readable.
#define DICOM_ERROR_TLS_CERT_SIGNATURE_FAILURE 165              ///< A certificate's signature is wrong.
#define DICOM_ERROR_TLS_CRL_SIGNATURE_FAILURE 166               ///< A revocation list's signature is wrong.
#define DICOM_ERROR_TLS_CERT_NOT_YET_VALID 167                  ///< A certificate is not valid yet.
#define DICOM_ERROR_TLS_CERT_HAS_EXPIRED 168                    ///< A certificate has expired.
#define DICOM_ERROR_TLS_CRL_NOT_YET_VALID 169                   ///< A revocation list is not valid yet.
#define DICOM_ERROR_TLS_CRL_HAS_EXPIRED 170                     ///< A revocation list has expired.
#define DICOM_ERROR_TLS_ERROR_IN_CERT_NOT_BEFORE_FIELD 171  ///< The date from which a certificate is valid is broken.
#define DICOM_ERROR_TLS_ERROR_IN_CERT_NOT_AFTER_FIELD 172   ///< The date to which a certificate is valid is broken.
#define DICOM_ERROR_TLS_ERROR_IN_CRL_LAST_UPDATE_FIELD 173  ///< The date of a revocation list is broken.
#define DICOM_ERROR_TLS_ERROR_IN_CRL_NEXT_UPDATE_FIELD 174  ///< The next date of a revocation list is broken.
#define DICOM_ERROR_TLS_OUT_OF_MEM 175                      ///< Memory could not be had for verifying.
#define DICOM_ERROR_TLS_DEPTH_ZERO_SELF_SIGNED_CERT 176  ///< The peer's certificate signed itself and is not trusted.
#define DICOM_ERROR_TLS_SELF_SIGNED_CERT_IN_CHAIN 177    ///< The chain's root is not trusted.
#define DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY 178  ///< The issuer is not among the trusted ones.
#define DICOM_ERROR_TLS_UNABLE_TO_VERIFY_LEAF_SIGNATURE 179    ///< The chain is one certificate, not trusted.
#define DICOM_ERROR_TLS_CERT_CHAIN_TOO_LONG 180                ///< The chain is longer than the depth allows.
#define DICOM_ERROR_TLS_CERT_REVOKED 181                       ///< A certificate is revoked.
#define DICOM_ERROR_TLS_INVALID_CA 182                         ///< A certificate that signs is not one of an authority.
#define DICOM_ERROR_TLS_PATH_LENGTH_EXCEEDED 183               ///< The chain is longer than a certificate in it allows.
#define DICOM_ERROR_TLS_INVALID_PURPOSE 184                    ///< A certificate is not for this purpose.
#define DICOM_ERROR_TLS_CERT_UNTRUSTED 185                     ///< The root is not trusted for this purpose.
#define DICOM_ERROR_TLS_CERT_REJECTED 186                      ///< The root rejects this purpose.
#define DICOM_ERROR_TLS_SUBJECT_ISSUER_MISMATCH 187            ///< A subject's and an issuer's name differ.
#define DICOM_ERROR_TLS_AKID_SKID_MISMATCH 188                 ///< The two key identifiers differ.
#define DICOM_ERROR_TLS_AKID_ISSUER_SERIAL_MISMATCH 189        ///< The issuer's name and serial number differ.
#define DICOM_ERROR_TLS_KEYUSAGE_NO_CERTSIGN 190               ///< A certificate that signs may not sign certificates.
#define DICOM_ERROR_TLS_APPLICATION_VERIFICATION 191           ///< The application refused the certificate.
#define DICOM_ERROR_TLS_INVALID_CTX 192                        ///< The TLS context could not be made.
#define DICOM_ERROR_TLS_INVALID_CTX_VERIFY_DEPTH 193           ///< The depth of verification was refused.
#define DICOM_ERROR_TLS_INVALID_CTX_VERIFY_MODE 194            ///< The mode of verification was refused.
#define DICOM_ERROR_TLS_INVALID_CTX_CAFILE 195                 ///< The file of trusted authorities could not be loaded.
#define DICOM_ERROR_TLS_INVALID_CTX_OPTIONS 196                ///< The options were refused.

#endif  // LDICOMNET_ERRORS_H
