#!/bin/sh
# Makes the certificates of the TLS tests: an authority, another one, a server's and a client's.
#
#   make_certificates.sh OPENSSL DIRECTORY

set -eu
openssl=$1
directory=$2
rm -rf "$directory"
mkdir -p "$directory"
cd "$directory"

authority() {
  "$openssl" req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$2" -keyout "$1.key" -out "$1.pem" 2>log ||
    { cat log >&2; exit 1; }
}

# The extension makes it a certificate of X.509 version 3, which TLS asks for.
issue() {
  printf 'subjectAltName=DNS:%s.example\n' "$1" >extensions
  "$openssl" req -newkey rsa:2048 -nodes -subj "/O=LDicomNet/CN=$1" -keyout "$1.key" -out request 2>log ||
    { cat log >&2; exit 1; }
  "$openssl" x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions \
    -out "$1.pem" 2>log || { cat log >&2; exit 1; }
}

# A certificate NAME.pem by an issuer between it and the authority; NAME.chain holds both.
issue_by_another() {
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' >extensions
  "$openssl" req -newkey rsa:2048 -nodes -subj "/CN=Issuer of $1" -keyout issuer.key -out request 2>log ||
    { cat log >&2; exit 1; }
  "$openssl" x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions \
    -out issuer.pem 2>log || { cat log >&2; exit 1; }
  printf 'subjectAltName=DNS:%s.example\n' "$1" >extensions
  "$openssl" req -newkey rsa:2048 -nodes -subj "/O=LDicomNet/CN=$1" -keyout "$1.key" -out request 2>log ||
    { cat log >&2; exit 1; }
  "$openssl" x509 -req -in request -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 3650 -extfile extensions \
    -out "$1.pem" 2>log || { cat log >&2; exit 1; }
  cat "$1.pem" issuer.pem >"$1.chain"
}

authority ca "Test Authority"
authority other "Another Authority"
issue server
issue client
issue_by_another deep
mkdir authorities
cp ca.pem authorities/10.pem
cp server.key authorities/not_an_authority
"$openssl" pkcs8 -topk8 -v2 aes-256-cbc -in server.key -passout pass:secret -out server.encrypted
"$openssl" x509 -in server.pem -outform DER -out server.der
"$openssl" pkcs8 -topk8 -nocrypt -in server.key -outform DER -out server.key.der
cat server.pem server.key >server.both
touch done
