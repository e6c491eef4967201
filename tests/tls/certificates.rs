//! Certificates for the tests, made anew for each.

use ldicomnet::tls::{Encoding, Identity};
use pkcs8::PrivateKeyInfo;
use pkcs8::der::{Decode, pem::LineEnding};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// An authority of one test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// The number of the server's certificate.
const SERVER_NUMBER: u64 = 7;

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        // Two of one name could not be told apart.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("Authority {}", MADE.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn certificate_pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str, number: u64) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
        params.serial_number = Some(SerialNumber::from(number));
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    fn revocation_list(&self, revoked: Option<u64>, next_update: i32) -> String {
        let revoked_certs = revoked.map(|number| RevokedCertParams {
            serial_number: SerialNumber::from(number),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            // The more they revoke the newer they are.
            this_update: date_time_ymd(2024, 1, 1 + revoked.map_or(0, |number| 20 - number as u8)),
            next_update: date_time_ymd(next_update, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.into_iter().collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.0).unwrap().pem().unwrap()
    }
}

/// The chain of a certificate with this many issuers between it and the authority, and its key.
fn chain(authority: &Authority, name: &str, issuers: usize) -> (String, KeyPair) {
    let mut chain = Vec::new();
    let mut issuer: Option<CertifiedIssuer<'static, KeyPair>> = None;
    for number in 0..issuers {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("Issuer {number} of {issuers}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().unwrap();
        let next = match &issuer {
            Some(issuer) => CertifiedIssuer::signed_by(params, key, issuer),
            None => CertifiedIssuer::signed_by(params, key, &authority.0),
        };
        let next = next.unwrap();
        chain.push(next.pem());
        issuer = Some(next);
    }
    let params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = match &issuer {
        Some(issuer) => params.signed_by(&key, issuer),
        None => params.signed_by(&key, &authority.0),
    };
    chain.push(leaf.unwrap().pem());
    chain.reverse();
    (chain.concat(), key)
}

/// An authority and those it has issued certificates to, in files of a directory.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        let authority = Authority::new();
        files.write("ca.pem", authority.certificate_pem());
        files.write("none.crl", authority.revocation_list(None, 2124));
        files.write("old.crl", authority.revocation_list(None, 2025));
        files.write("server.crl", authority.revocation_list(Some(SERVER_NUMBER), 2124));
        files.write("client.crl", authority.revocation_list(Some(SERVER_NUMBER + 1), 2124));
        for issuers in 0..=7 {
            let name = format!("deep{issuers}");
            let (certificates, key) = chain(&authority, &name, issuers);
            files.write(&format!("{name}.pem"), certificates);
            files.write(&format!("{name}.key"), key.serialize_pem());
        }
        for (name, number) in [("server", SERVER_NUMBER), ("client", SERVER_NUMBER + 1)] {
            let (certificate, key) = authority.issue(name, number);
            files.write(&format!("{name}.pem"), certificate.pem());
            files.write(&format!("{name}.der"), certificate.der());
            files.write(&format!("{name}.key"), key.serialize_pem());
            files.write(&format!("{name}.key.der"), key.serialize_der());
            if name == "server" {
                files.write("both.pem", certificate.pem() + &key.serialize_pem());
                let der = key.serialize_der();
                let encrypted = PrivateKeyInfo::from_der(&der)
                    .unwrap()
                    .encrypt_with_params(parameters(), b"secret")
                    .unwrap();
                let text = encrypted.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).unwrap();
                files.write("server.key.encrypted", text.as_bytes());
            }
        }
        files
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn identity(&self, name: &str) -> Identity {
        let (certificate, key) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        Identity::load(&certificate, Some(&key), Encoding::Pem, &mut |_| panic!("it is not encrypted"))
            .unwrap()
    }
}

/// As OpenSSL encrypts keys, with fewer rounds: PBES2 of PBKDF2-HMAC-SHA256 and AES-256-CBC.
fn parameters() -> pkcs8::pkcs5::pbes2::Parameters<'static> {
    pkcs8::pkcs5::pbes2::Parameters::pbkdf2_sha256_aes256cbc(1000, b"saltsalt", b"sixteen bytes iv").unwrap()
}
