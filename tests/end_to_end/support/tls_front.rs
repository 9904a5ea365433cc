//! TLS before any plain server: what a client sends is handed on as it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// An authority of a test's own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, to be trusted.
    pub(crate) pem: String,
}

/// A server's certificate with its key.
pub(crate) struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name = DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(parameters, key),
            pem,
        }
    }

    /// A certificate that is good for `names`.
    pub(crate) fn identity_for(&self, names: &[&str]) -> Identity {
        self.sign(names, |_| {})
    }

    /// A certificate for `names` whose time is over.
    pub(crate) fn expired_identity_for(&self, names: &[&str]) -> Identity {
        self.sign(names, |parameters| {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 2, 3);
        })
    }

    /// A certificate for `names` that calls itself an authority's, as `openssl req -x509` makes them.
    pub(crate) fn identity_as_authority_for(&self, names: &[&str]) -> Identity {
        self.sign(names, |parameters| {
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        })
    }

    fn sign(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let mut parameters = CertificateParams::new(names).unwrap();
        change(&mut parameters);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate, key }
    }
}

/// Listens on a free loopback port until it is dropped.
pub(crate) struct TlsFront {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    /// Everything that is under way ends with it.
    _runtime: Runtime,
}

impl TlsFront {
    /// Speaks TLS as `identity`, offers `protocol` (`h2` or `http/1.1`), and hands on to `plain`.
    pub(crate) fn start(identity: &Identity, protocol: &str, plain: SocketAddr) -> Self {
        let key = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![identity.certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key),
            )
            .unwrap();
        config.alpn_protocols = vec![protocol.into()];
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        runtime.spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(hand_on(acceptor.clone(), stream, plain));
            }
        });
        Self {
            address,
            connections,
            _runtime: runtime,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address under `name`.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("https://{name}:{}/api", self.address.port())
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn hand_on(acceptor: TlsAcceptor, stream: TcpStream, plain: SocketAddr) {
    // A client that does not trust the certificate goes away, which is what some tests are about.
    if let Ok(mut encrypted) = acceptor.accept(stream).await {
        let mut plain = TcpStream::connect(plain).await.unwrap();
        let _ = copy_bidirectional(&mut encrypted, &mut plain).await;
    }
}
