/* A program in C on the installed library: it makes a listener and asks where it listens. */

#include <stdio.h>

#include "ltdic.h"

int main(void) {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX];
  L_UINT port = 0;
  L_INT result;
  HDICOMNET listener = L_DicomCreateNet(NULL, DICOM_SECURE_NONE);
  if (listener == NULL) {
    printf("L_DicomCreateNet gave no handle\n");
    return 1;
  }
  result = L_DicomListen(listener, "127.0.0.1", 0, 5);
  if (result != DICOM_SUCCESS || !L_DicomIsActivated(listener)) {
    printf("L_DicomListen: %d\n", result);
    return 1;
  }
  result = L_DicomGetHostInfo(listener, address, NET_MAX_ADDRESS_SIZE_EX, &port);
  if (result != DICOM_SUCCESS || port == 0) {
    printf("L_DicomGetHostInfo: %d, port %u\n", result, port);
    return 1;
  }
  printf("listening on %s port %u\n", address, port);
  L_DicomClose(listener);
  L_DicomFreeNet(listener);
  return 0;
}
