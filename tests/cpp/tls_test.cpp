// Secure connections as a program of the class sees them: making the settings, the hooks of a handshake, and what is
// refused. What goes over the wire is tested in Rust (tests/tls.rs) and against other stacks (tests/interop).

#include <gtest/gtest.h>
#include <ltdic.h>

#include <cstring>
#include <string>

#include "support/world.h"

namespace test {
namespace {

constexpr L_INT32 kTls = static_cast<L_INT32>(DICOM_SECURE_TLS);

std::string File(const char* name) {
  return std::string(LDICOMNET_TEST_CERTIFICATES) + name;
}

class TlsTest : public NetTest {
 protected:
  // A server with its certificate, that accepts what comes.
  Probe& Server(L_UINT verify = L_SSL_VERIFY_NONE) {
    Probe& server = *Make("server");
    Prepare(server, verify);
    EXPECT_EQ(
        server.SetServerCertificateTLS(File("server.pem").c_str(), L_TLS_FILETYPE_PEM, File("server.key").c_str()),
        static_cast<L_UINT32>(DICOM_SUCCESS));
    On("server.OnAccept", [](Probe& self, Call&) { Accept(self, "accepted"); });
    On("accepted.OnReceiveAssociateRequest", [](Probe& self, Call& call) {
      EXPECT_EQ(self.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
    });
    return server;
  }

  Probe& Client(L_UINT verify = L_SSL_VERIFY_PEER, const char* authorities = "ca.pem") {
    Probe& client = *Make("client");
    Prepare(client, verify, authorities);
    return client;
  }

  static void Prepare(Probe& net, L_UINT verify, const char* authorities = "ca.pem", L_INT depth = 9) {
    std::string path = File(authorities);
    L_SSL_CTX_CREATE create = {};
    create.uStructSize = sizeof(create);
    create.uFlags = FLAG_SSL_CTX_CREATE_ALL;
    create.nMethodTypeSSL = TYPE_TLS_METHOD;
    create.pszCAfile = &path[0];
    create.uVerifyMode = verify;
    create.nVerifyDepth = depth;
    create.nSuccess = -1;
    EXPECT_EQ(net.Initialize(nullptr, kTls, &create), DICOM_SUCCESS);
    EXPECT_EQ(create.nSuccess, DICOM_SUCCESS);
    EXPECT_EQ(net.GetSecureMode(), DICOM_SECURE_TLS);
  }
};

TEST_F(TlsTest, TheStatusSaysHowFarTheHandshakeIs) {
  Probe& server = Server();
  const auto note = [](Probe& self, Call&) {
    self.world().log.Add(self.name() + ": " + std::to_string(self.GetTLSStatus()));
  };
  On("server.OnAccept", [note](Probe& self, Call& call) {
    note(*Accept(self, "accepted"), call);
    note(self, call);
  });
  On("client.OnConnect", note);
  On("client.OnClose", note);
  const L_UINT port = Listen(server);
  Probe& client = Client();
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnSecureLinkReady 0"));
  EXPECT_TRUE(log.Has("accepted.OnSecureLinkReady 0"));
  EXPECT_TRUE(log.Has("client: 1"));
  EXPECT_TRUE(log.Has("accepted: 2"));
  EXPECT_TRUE(log.Has("server: 0")) << "a listener has no handshake";
  EXPECT_EQ(client.GetTLSStatus(), 3U);
  EXPECT_TRUE(client.GetIsSecureConnected());
  ASSERT_NE(server.GetClient(0), nullptr);
  EXPECT_TRUE(server.GetClient(0)->GetIsSecureConnected());
  // What a program sets is what it is told, until there is news.
  client.SetTLSStatus(2);
  EXPECT_EQ(client.GetTLSStatus(), 2U);
  client.SetIsSecureConnected(L_FALSE);
  EXPECT_FALSE(client.GetIsSecureConnected());
  client.SetIsSecureConnected(L_TRUE);
  EXPECT_EQ(client.GetTLSStatus(), 3U);
  server.ServerClose();
  EXPECT_TRUE(log.Has("client: 0")) << "in OnClose";
  EXPECT_EQ(client.GetTLSStatus(), 0U);
  EXPECT_FALSE(client.GetIsSecureConnected());
}

TEST_F(TlsTest, AnAssociationOverASecureLink) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  Probe& client = Client();
  EXPECT_TRUE(log.Has("client.OnCreateCTX"));
  EXPECT_EQ(client.GetTLSStatus(), 0U);
  Connect(client, port);
  // At once, as programs do that were made for plain connections.
  Associate(client);
  EXPECT_TRUE(log.Has("client.OnVerify 1 0"));
  EXPECT_TRUE(log.Has("client.OnSecureLinkReady 0"));
  EXPECT_TRUE(log.Has("accepted.OnSecureLinkReady 0"));
  Echo(client);
  EXPECT_EQ(client.GetTLSStatus(), 3U);
  EXPECT_EQ(client.GetErrorSecure(), static_cast<L_UINT32>(DICOM_ERROR_TLS_OK));
  const auto suite = static_cast<unsigned>(client.GetCiphersuiteTLS());
  EXPECT_TRUE(suite >= 0x1301 && suite <= 0x1303) << suite;
  LDicomNet* const accepted = server.GetClient(0);
  ASSERT_NE(accepted, nullptr);
  EXPECT_EQ(accepted->GetSecureMode(), DICOM_SECURE_TLS);
  EXPECT_EQ(static_cast<unsigned>(accepted->GetCiphersuiteTLS()), suite);
}

TEST_F(TlsTest, TheConstructorsModeIsEnough) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  class Plainest final : public LDicomNet {
   public:
    Plainest() : LDicomNet(nullptr, kTls) {}
    ~Plainest() override { Close(); }
  } client;
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("accepted.OnSecureLinkReady 0"));
}

TEST_F(TlsTest, BothSidesShowACertificate) {
  Probe& server = Server(L_SSL_VERIFY_PEER | L_SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  On("accepted.OnVerify", [](Probe&, Call& call) {
    EXPECT_NE(call.text.find("CN=client"), std::string::npos) << call.text;
    call.base();
  });
  const L_UINT port = Listen(server);
  Probe& client = Client();
  ASSERT_EQ(client.SetClientCertificateTLS(File("client.pem").c_str(), L_TLS_FILETYPE_PEM, File("client.key").c_str()),
            static_cast<L_UINT32>(DICOM_SUCCESS));
  Connect(client, port);
  Associate(client);
  EXPECT_TRUE(log.Has("accepted.OnVerify 1 0"));
  Echo(client);
}

TEST_F(TlsTest, WithoutACertificateThatIsAskedForThereIsNoLink) {
  Probe& server = Server(L_SSL_VERIFY_PEER | L_SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  const L_UINT port = Listen(server);
  Probe& client = Client();
  Connect(client, port);
  const std::string failure = std::to_string(DICOM_ERROR_TLS_HANDSHAKE_FAILURE);
  EXPECT_TRUE(log.Has("accepted.OnSecureLinkReady " + failure));
  EXPECT_TRUE(log.Has("client.OnClose " + failure));
}

TEST_F(TlsTest, OnVerifyHasTheLastWord) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  {
    Probe& client = Client(L_SSL_VERIFY_PEER, "other.pem");
    Connect(client, port);
    const std::string failure = std::to_string(DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    EXPECT_TRUE(log.Has("client.OnVerify 0 " + std::to_string(L_X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)));
    EXPECT_TRUE(log.Has("client.OnSecureLinkReady " + failure));
    EXPECT_TRUE(log.Has("client.OnClose " + failure));
    EXPECT_EQ(client.GetErrorSecure(), static_cast<L_UINT32>(DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
    EXPECT_EQ(client.GetTLSStatus(), 0U);
    world->Destroy(&client);
  }
  On("client.OnVerify", [](Probe&, Call& call) { call.answer = 1; });
  Probe& client = Client(L_SSL_VERIFY_PEER, "other.pem");
  Connect(client, port);
  Associate(client);
  Echo(client);
}

TEST_F(TlsTest, AChainIsNoLongerThanItsDepth) {
  Probe& server = Server();
  ASSERT_EQ(server.SetServerCertificateTLS(File("deep.chain").c_str(), L_TLS_FILETYPE_PEM, File("deep.key").c_str()),
            static_cast<L_UINT32>(DICOM_SUCCESS));
  const L_UINT port = Listen(server);
  {
    Probe& client = *Make("client");
    Prepare(client, L_SSL_VERIFY_PEER, "ca.pem", 0);
    Connect(client, port);
    EXPECT_TRUE(log.Has("client.OnVerify 0 " + std::to_string(L_X509_V_ERR_CERT_CHAIN_TOO_LONG)));
    EXPECT_TRUE(log.Has("client.OnSecureLinkReady " + std::to_string(DICOM_ERROR_TLS_CERT_CHAIN_TOO_LONG)));
    world->Destroy(&client);
  }
  Probe& client = *Make("client");
  Prepare(client, L_SSL_VERIFY_PEER, "ca.pem", 1);
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnVerify 1 0"));
  EXPECT_TRUE(log.Has("client.OnSecureLinkReady 0"));
}

TEST_F(TlsTest, AuthoritiesAreAddedAndTakenAway) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  const std::string unknown =
      "client.OnSecureLinkReady " + std::to_string(DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  Probe& client = Client(L_SSL_VERIFY_PEER, "other.pem");
  EXPECT_EQ(client.AddTlsAuthorities(""), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.AddTlsRevocationLists(""), DICOM_ERROR_PARAMETER);
  ASSERT_EQ(client.AddTlsAuthorities(File("authorities").c_str()), DICOM_SUCCESS);
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnSecureLinkReady 0"));
  client.Close();
  ASSERT_EQ(client.AddTlsAuthorities(nullptr), DICOM_SUCCESS);
  Connect(client, port);
  EXPECT_TRUE(log.Has(unknown));
  EXPECT_TRUE(log.Has("client.OnClose " + std::to_string(DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)));
  client.Close();
  ASSERT_EQ(client.AddTlsAuthorities(File("ca.pem").c_str()), DICOM_SUCCESS);
  ASSERT_EQ(client.AddTlsRevocationLists(File("nowhere.crl").c_str()), DICOM_SUCCESS);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port), DICOM_ERROR_OPEN);
  ASSERT_EQ(client.AddTlsRevocationLists(nullptr), DICOM_SUCCESS);
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnVerify 1 0"));
}

TEST_F(TlsTest, AHookOfTheHandshakeMayCloseItsObject) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  On("client.OnVerify", [](Probe& self, Call& call) {
    self.Close();
    call.answer = 1;
  });
  Probe& client = Client();
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnVerify 1 0"));
  EXPECT_TRUE(log.Has("~accepted"));
  EXPECT_EQ(log.Count("accepted.OnSecureLinkReady 0"), 0U);
  EXPECT_FALSE(client.IsConnected());
}

TEST_F(TlsTest, AnEncryptedKeyAsksForItsPassword) {
  Probe& server = *Make("server");
  Prepare(server, L_SSL_VERIFY_NONE);
  const auto load = [&] {
    return server.SetServerCertificateTLS(File("server.pem").c_str(), L_TLS_FILETYPE_PEM,
                                          File("server.encrypted").c_str());
  };
  EXPECT_EQ(load(), static_cast<L_UINT32>(DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED));
  EXPECT_EQ(log.Count("server.OnPrivateKeyPassword"), 1U);
  On("server.OnPrivateKeyPassword", [](Probe&, Call& call) { call.text = "secret"; });
  EXPECT_EQ(load(), static_cast<L_UINT32>(DICOM_SUCCESS));
}

TEST_F(TlsTest, CertificatesAreLoadedFromEachKindOfFile) {
  Probe& server = *Make("server");
  Prepare(server, L_SSL_VERIFY_NONE);
  const auto load = [&](const char* certificate, L_UINT32 type, const char* key) {
    const std::string key_path = key == nullptr ? "" : File(key);
    return static_cast<L_INT>(
        server.SetServerCertificateTLS(File(certificate).c_str(), type, key == nullptr ? nullptr : key_path.c_str()));
  };
  EXPECT_EQ(load("server.both", L_TLS_FILETYPE_PEM, nullptr), DICOM_SUCCESS);
  EXPECT_EQ(load("server.der", L_TLS_FILETYPE_ASN1, "server.key.der"), DICOM_SUCCESS);
  EXPECT_EQ(load("server.pem", L_TLS_FILETYPE_PEM, "client.key"), DICOM_ERROR_KEYS_MISMATCH);
  EXPECT_EQ(load("nowhere.pem", L_TLS_FILETYPE_PEM, nullptr), DICOM_ERROR_OPEN);
  EXPECT_EQ(load("server.key", L_TLS_FILETYPE_PEM, nullptr), DICOM_ERROR_CERTIFICATE_LOAD_FAILED);
  EXPECT_EQ(load("server.pem", 3, nullptr), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(server.SetServerCertificateTLS(nullptr, L_TLS_FILETYPE_PEM, nullptr),
            static_cast<L_UINT32>(DICOM_ERROR_NULL_PTR));
}

TEST_F(TlsTest, AServerNeedsACertificateAndAuthoritiesAFile) {
  Probe& bare = *Make("bare");
  Prepare(bare, L_SSL_VERIFY_NONE);
  EXPECT_EQ(bare.Listen("127.0.0.1", 0, 5), DICOM_ERROR_CERTIFICATE_LOAD_FAILED);
  Probe& lost = Client(L_SSL_VERIFY_PEER, "nowhere.pem");
  EXPECT_EQ(lost.Connect(nullptr, 0, "127.0.0.1", 1), DICOM_ERROR_OPEN);
}

TEST_F(TlsTest, WhatIsNotSecureIsRefusedByName) {
  Probe& net = *Make("net");
  Prepare(net, L_SSL_VERIFY_NONE);
  const L_CIPHERSUITE refused[] = {
      L_TLS_DHE_RSA_WITH_DES_CBC_SHA,        L_TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA, L_TLS_DHE_RSA_AES256_SHA,
      L_TLS_RSA_WITH_AES_128_CBC_SHA,        L_TLS_RSA_WITH_3DES_EDE_CBC_SHA,     L_TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
      L_TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
  };
  for (const L_CIPHERSUITE cipher : refused) {
    EXPECT_EQ(net.SetCipherToIndexTLS(0, cipher), static_cast<L_UINT32>(DICOM_ERROR_TLS_INSUFFICIENT_SECURITY));
    EXPECT_EQ(net.GetErrorSecure(), static_cast<L_UINT32>(DICOM_ERROR_TLS_INSUFFICIENT_SECURITY));
    EXPECT_EQ(net.GetCipherFromIndexTLS(0), 0);
  }
  for (const L_INT method : {TYPE_SSLV2_METHOD, TYPE_SSLV3_METHOD, TYPE_TLSV1_METHOD}) {
    EXPECT_EQ(net.SetSLLMethodType(method), DICOM_ERROR_TLS_INSUFFICIENT_SECURITY);
    L_SSL_CTX_CREATE create = {};
    create.uStructSize = sizeof(create);
    create.uFlags = FLAG_SSL_CTX_CREATE_METHOD_TYPE;
    create.nMethodTypeSSL = method;
    EXPECT_EQ(net.Initialize(nullptr, kTls, &create), DICOM_ERROR_TLS_INSUFFICIENT_SECURITY);
    EXPECT_EQ(create.nSuccess, DICOM_ERROR_TLS_INSUFFICIENT_SECURITY);
  }
  EXPECT_EQ(net.SetSLLMethodType(TYPE_SSLV23_METHOD), DICOM_SUCCESS);
  EXPECT_EQ(net.SetSLLMethodType(99), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(net.SetCipherToIndexTLS(MAX_CIPHERSUITE_COUNT, L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
            static_cast<L_UINT32>(DICOM_ERROR_PARAMETER));
  EXPECT_EQ(net.SetTlsProfile(7), DICOM_ERROR_PARAMETER);
}

TEST_F(TlsTest, SuitesAreListedAndDescribed) {
  Probe& server = Server();
  ASSERT_EQ(server.SetCipherToIndexTLS(3, L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
            static_cast<L_UINT32>(DICOM_SUCCESS));
  EXPECT_EQ(server.GetCipherFromIndexTLS(3), L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384);
  const L_UINT port = Listen(server);
  Probe& client = Client();
  client.CTXSetOptions(L_SSL_OP_NO_TLSv1_2);
  Connect(client, port);
  EXPECT_TRUE(log.Has("client.OnSecureLinkReady 0"));
  EXPECT_EQ(client.GetEncryptKeyLengthTLS(L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384), 256U);
  EXPECT_EQ(client.GetEncryptionAlgorithmTLS(L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
            static_cast<L_UINT32>(L_CRYPT_AES));
  EXPECT_EQ(client.GetIntegrityAlgorithmTLS(L_TLS_DHE_RSA_AES256_SHA), static_cast<L_UINT32>(L_MAC_SHA1));
  EXPECT_EQ(client.GetKeyExchangeAlgorithmTLS(L_TLS_RSA_WITH_AES_128_CBC_SHA),
            static_cast<L_UINT32>(L_KEYEXCHANGE_RSA));
  EXPECT_EQ(client.GetAuthenticationAlgorithmTLS(L_TLS_RSA_WITH_AES_128_CBC_SHA),
            static_cast<L_UINT32>(L_MUTUALAUTH_RSA));
  EXPECT_EQ(client.GetMutualAuthKeyLengthTLS(L_TLS_RSA_WITH_AES_128_CBC_SHA), 2048U);
  const auto unknown = static_cast<L_CIPHERSUITE>(0x1301);
  EXPECT_EQ(client.GetEncryptKeyLengthTLS(unknown), 0U);
  EXPECT_EQ(client.GetAuthenticationAlgorithmTLS(unknown), 0U);
}

TEST_F(TlsTest, OptionsAreKeptAndChecked) {
  LDicomNet net(nullptr, kTls);
  DICOMTLSOPTIONS options = {};
  ASSERT_EQ(net.GetTlsOptions(&options, sizeof(options)), DICOM_SUCCESS);
  EXPECT_EQ(options.uVerifyMode, static_cast<L_UINT>(L_SSL_VERIFY_NONE));
  EXPECT_EQ(options.nHandshakeMs, 20000U);
  options.uVerifyMode = L_SSL_VERIFY_PEER;
  options.bRequireTls13 = L_TRUE;
  options.nHandshakeMs = 1;
  std::strcpy(options.szAuthorities, "somewhere");
  ASSERT_EQ(net.SetTlsOptions(&options), DICOM_SUCCESS);
  DICOMTLSOPTIONS kept = {};
  ASSERT_EQ(net.GetTlsOptions(&kept, sizeof(kept)), DICOM_SUCCESS);
  EXPECT_EQ(std::memcmp(&kept, &options, sizeof(kept)), 0);
  options.nHandshakeMs = 0;
  EXPECT_EQ(net.SetTlsOptions(&options), DICOM_ERROR_PARAMETER);
  std::memset(options.szAuthorities, 'x', sizeof(options.szAuthorities));
  options.nHandshakeMs = 1;
  EXPECT_EQ(net.SetTlsOptions(&options), DICOM_ERROR_PARAMETER);
  options.uStructSize = 1;
  EXPECT_EQ(net.SetTlsOptions(&options), DICOM_ERROR_INVALID_STRUCT_SIZE);
  EXPECT_EQ(net.SetTlsOptions(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(net.GetTlsOptions(&options, 1), DICOM_ERROR_INVALID_STRUCT_SIZE);
  DICOMOPENSSLVERSION version = {};
  ASSERT_EQ(LDicomNet::GetOpenSslVersion(&version, sizeof(version), 0), DICOM_SUCCESS);
  EXPECT_STREQ(version.szInstalledVersion, "rustls");
  EXPECT_TRUE(version.bIsAvailable);
  EXPECT_EQ(LDicomNet::GetOpenSslVersion(&version, 1, 0), DICOM_ERROR_INVALID_STRUCT_SIZE);
}

TEST_F(TlsTest, TheCFunctionsDoTheSame) {
  Probe& server = Server();
  const L_UINT port = Listen(server);
  std::string authorities = File("ca.pem");
  L_SSL_CTX_CREATE create = {};
  create.uStructSize = sizeof(create);
  create.uFlags = FLAG_SSL_CTX_CREATE_CAFILE | FLAG_SSL_CTX_CREATE_VERIFY_MODE;
  create.pszCAfile = &authorities[0];
  create.uVerifyMode = L_SSL_VERIFY_PEER;
  const HDICOMNET net = L_DicomCreateNetExt(nullptr, kTls, &create);
  ASSERT_NE(net, nullptr);
  EXPECT_EQ(L_DicomAddTlsAuthorities(net, File("authorities").c_str()), DICOM_SUCCESS);
  EXPECT_EQ(L_DicomAddTlsRevocationLists(net, ""), DICOM_ERROR_PARAMETER);
  DICOMNETCALLBACK callbacks = {};
  callbacks.pUserData = &log;
  callbacks.pfnOnSecureLinkReady = [](HDICOMNET, L_UINT32 error, L_VOID* user_data) {
    static_cast<Log*>(user_data)->Add("C secure " + std::to_string(error));
  };
  DICOMNETCALLBACKEXT more = {};
  more.uStructSize = sizeof(more);
  more.pUserData = &log;
  more.pfnVerify = [](HDICOMNET, L_INT ok, L_TCHAR*, L_INT, L_TCHAR*, L_VOID* user_data) -> L_INT {
    static_cast<Log*>(user_data)->Add("C verify " + std::to_string(ok));
    return ok;
  };
  L_DicomSetCallback(net, &callbacks);
  L_DicomSetCallbackExt(net, &more);
  ASSERT_EQ(L_DicomConnect(net, nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("C verify 1"));
  EXPECT_TRUE(log.Has("C secure 0"));
  EXPECT_EQ(L_DicomGetTLSStatus(net), 3U);
  EXPECT_TRUE(L_DicomGetIsSecureConnected(net));
  L_DicomSetIsSecureConnected(net, L_FALSE);
  EXPECT_EQ(L_DicomGetTLSStatus(net), 0U);
  EXPECT_FALSE(L_DicomGetIsSecureConnected(net));
  EXPECT_NE(L_DicomGetCTX(net), nullptr);
  EXPECT_NE(L_DicomGetCiphersuiteTLS(net), 0);
  L_DicomFreeNet(net);
  EXPECT_EQ(L_DicomGetCTX(net), nullptr);
  EXPECT_EQ(L_DicomSetTlsProfile(net, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(L_DicomAddTlsAuthorities(net, nullptr), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(L_DicomAddTlsRevocationLists(net, nullptr), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(L_DicomGetErrorSecure(net), static_cast<L_UINT32>(DICOM_ERROR_PARAMETER));
}

}  // namespace
}  // namespace test
