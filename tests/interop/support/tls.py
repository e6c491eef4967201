"""Certificates made by the openssl program, and the peers' settings of TLS."""

import ssl
import subprocess

CONFIGURATION = """
[ca]
default_ca = authority
[authority]
database = {directory}/index.txt
default_md = sha256
default_crl_days = 30
crlnumber = {directory}/crlnumber
crl_extensions = list
[req]
distinguished_name = name
prompt = no
[name]
commonName = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[list]
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:localhost
"""

# Read by every program that uses OpenSSL: the only way to hold DCMTK to one version.
ONE_VERSION = """
openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = every
[every]
MinProtocol = {version}
MaxProtocol = {version}
"""

PASSWORD = "not the default"


class Identity:
    """A private key and its certificate."""

    def __init__(self, key, certificate):
        self.key = key
        self.certificate = certificate

    @property
    def options(self):
        """For DCMTK's programs and ours alike."""
        return ["+tls", self.key, self.certificate]


class Authority:
    """An authority with certificates for a server and a client, in a directory of its own."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        (directory / "index.txt").touch()
        (directory / "crlnumber").write_text("01\n")
        self._configuration = directory / "openssl.cnf"
        self._configuration.write_text(CONFIGURATION.format(directory=directory))
        self.certificate = directory / "ca.pem"
        self._key = directory / "ca.key"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-extensions", "root", "-days", "30", "-subj",
                      f"/CN=authority of {directory.name}", "-keyout", self._key, "-out", self.certificate)
        self.server = self.issue("server")
        self.client = self.issue("client")

    @property
    def options(self):
        return ["+cf", self.certificate]

    def _openssl(self, command, *arguments):
        takes = ["-config", self._configuration] if command in ("req", "ca") else []
        subprocess.run(["openssl", command, *takes, *arguments], check=True, capture_output=True, cwd=self.directory)

    def issue(self, name, kind="rsa:2048", digest="-sha256", issuer=None, extensions="leaf"):
        key, request, certificate = (self.directory / f"{name}.{it}" for it in ("key", "csr", "pem"))
        issuer = issuer or Identity(self._key, self.certificate)
        self._openssl("req", "-new", "-newkey", kind, "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out",
                      request)
        self._openssl("x509", "-req", digest, "-in", request, "-CA", issuer.certificate, "-CAkey", issuer.key,
                      "-CAcreateserial", "-days", "30", "-extfile", self._configuration, "-extensions", extensions, "-out",
                      certificate)
        return Identity(key, certificate)

    def issue_through_another(self, name):
        """One of another authority, which this one has certified: the file has the certificates of both."""
        issuer = self.issue(f"authority of {name}", extensions="root")
        identity = self.issue(name, issuer=issuer)
        identity.certificate.write_text(identity.certificate.read_text() + issuer.certificate.read_text())
        return identity

    def encrypted(self, identity):
        """The same with its key encrypted."""
        key = self.directory / f"{identity.key.stem}.encrypted.key"
        self._openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", identity.key, "-out", key, "-passout",
                      f"pass:{PASSWORD}")
        return Identity(key, identity.certificate)

    def der(self, identity):
        """The same in DER."""
        key, certificate = (self.directory / f"{identity.key.stem}.{it}.der" for it in ("key", "certificate"))
        self._openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", identity.key, "-out", key)
        self._openssl("x509", "-outform", "DER", "-in", identity.certificate, "-out", certificate)
        return Identity(key, certificate)

    def revocation_list(self, name, *revoked):
        """A list of what was revoked so far, and of these."""
        for identity in revoked:
            self._openssl("ca", "-cert", self.certificate, "-keyfile", self._key, "-revoke", identity.certificate)
        path = self.directory / f"{name}.crl"
        self._openssl("ca", "-cert", self.certificate, "-keyfile", self._key, "-gencrl", "-out", path)
        return path

    def context(self, side, identity, version):
        """What Python's peers take: one version, and certificates on both sides."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if side == "server" else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = context.maximum_version = version
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        # As weak as its certificate may be: whether that is taken is the other side's business.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_verify_locations(self.certificate)
        context.load_cert_chain(identity.certificate, identity.key)
        return context


def one_version(directory, version):
    """The environment that holds a program with OpenSSL to a version: TLSv1.2 or TLSv1.3."""
    path = directory / f"{version}.cnf"
    path.write_text(ONE_VERSION.format(version=version))
    return {"OPENSSL_CONF": str(path)}
