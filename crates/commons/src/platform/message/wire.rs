//! Connections to mail servers and brokers: plain on our own machine, else over TLS from the start or by STARTTLS.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, LazyLock},
    task::{Context as Poller, Poll},
    time::Duration,
};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider, pki_types::ServerName},
};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Wire for T {}

/// How a connection is to be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protection {
    /// TLS from the first byte: `smtps`, `imaps`.
    Tls,
    StartTls,
    /// The server runs on this machine.
    None,
}

/// Tells how a server's address wants to be reached: nothing leaves this machine unprotected.
pub(super) fn protection(url: &Url) -> Protection {
    let host = url.host_str().unwrap_or_default();
    let is_here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "smtps" | "imaps" => Protection::Tls,
        _ if is_here => Protection::None,
        _ => Protection::StartTls,
    }
}

/// Returns user and password of an address, decoded.
pub fn credentials(url: &Url) -> Option<(String, String)> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    (!url.username().is_empty()).then(|| (decoded(url.username()), decoded(url.password().unwrap_or(""))))
}

/// Connects to the host of an address, on its port or the usual one.
pub async fn connect(url: &Url, usual_port: u16) -> anyhow::Result<TcpStream> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port().unwrap_or(usual_port);
    tokio::time::timeout(PATIENCE, TcpStream::connect((host, port)))
        .await
        .map_err(|_| anyhow::anyhow!("{host}:{port} does not answer"))?
        .with_context(|| format!("connect to {host}:{port}"))
}

/// Encrypts a connection and checks who answers.
pub async fn secure<T: Wire + 'static>(stream: T, url: &Url) -> anyhow::Result<Box<dyn Wire>> {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned();
    let name =
        ServerName::try_from(host.clone()).with_context(|| format!("{host} is no name of a server"))?;
    let connecting = TlsConnector::from(TLS.clone()).connect(name, stream);
    let stream = tokio::time::timeout(PATIENCE, connecting)
        .await
        .map_err(|_| anyhow::anyhow!("{host} does not finish the TLS handshake"))?
        .with_context(|| format!("encrypt the connection to {host}"))?;
    Ok(Box::new(stream))
}

static TLS: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    // Those of the operating system; a certificate it cannot read is passed over.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the usual versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
});

/// Asks an SMTP server for STARTTLS in the clear; what follows on the connection is the TLS handshake.
pub(super) async fn smtp_starttls(stream: TcpStream, name: &str) -> anyhow::Result<TcpStream> {
    let mut stream = BufReader::new(stream);
    expect(&mut stream, "220").await?;
    stream.write_all(format!("EHLO {name}\r\n").as_bytes()).await?;
    let offered = expect(&mut stream, "250").await?;
    anyhow::ensure!(
        offered.iter().any(|line| line.eq_ignore_ascii_case("STARTTLS")),
        "the mail server offers no STARTTLS, and mail never leaves this machine unprotected: use smtps://, or a server that does"
    );
    stream.write_all(b"STARTTLS\r\n").await?;
    expect(&mut stream, "220").await?;
    // Whoever writes ahead of the handshake is not the server (CVE-2011-0411).
    anyhow::ensure!(
        stream.buffer().is_empty(),
        "the mail server speaks before its turn"
    );
    Ok(stream.into_inner())
}

/// Reads one answer of an SMTP server; returns what its lines say.
async fn expect(stream: &mut BufReader<TcpStream>, code: &str) -> anyhow::Result<Vec<String>> {
    const LONGEST: usize = 100;
    let mut lines = Vec::new();
    while lines.len() < LONGEST {
        let mut line = String::new();
        let n = tokio::time::timeout(PATIENCE, stream.read_line(&mut line))
            .await
            .map_err(|_| anyhow::anyhow!("the mail server is silent"))??;
        anyhow::ensure!(n > 3 && line.is_char_boundary(3), "the mail server hung up");
        anyhow::ensure!(
            line.starts_with(code),
            "the mail server answers {:?}",
            line.trim()
        );
        lines.push(line[4.min(line.len())..].trim().to_owned());
        if !line[3..].starts_with('-') {
            return Ok(lines);
        }
    }
    anyhow::bail!("the mail server talks without end")
}

/// A connection on which the server's greeting was already read, and is read once more.
///
/// lettre reads a greeting on every connection it is given; after STARTTLS none comes (RFC 3207, 4.2).
#[derive(Debug)]
pub(super) struct Greeted {
    greeting: &'static [u8],
    wire: Box<dyn Wire>,
    peer: SocketAddr,
}

impl Greeted {
    pub fn new(wire: Box<dyn Wire>, peer: SocketAddr, protection: Protection) -> Greeted {
        let greeting: &[u8] = match protection {
            Protection::StartTls => b"220 encrypted\r\n",
            Protection::Tls | Protection::None => b"",
        };
        Greeted { greeting, wire, peer }
    }
}

impl lettre::transport::smtp::client::AsyncTokioStream for Greeted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Greeted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Poller<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.wire).poll_read(cx, buf);
        }
        let n = self.greeting.len().min(buf.remaining());
        buf.put_slice(&self.greeting[..n]);
        self.greeting = &self.greeting[n..];
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Greeted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Poller<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_on_this_machine_is_reached_unprotected() {
        let of = |url: &str| protection(&url.parse().expect("an address"));
        assert_eq!(of("smtp://127.0.0.1:2525"), Protection::None);
        assert_eq!(of("imap://[::1]:1143/INBOX"), Protection::None);
        assert_eq!(of("smtp://localhost"), Protection::None);
        assert_eq!(of("smtp://mail.example.org:587"), Protection::StartTls);
        assert_eq!(of("imap://127.0.0.1.example.org"), Protection::StartTls);
        assert_eq!(of("smtps://mail.example.org"), Protection::Tls);
        assert_eq!(of("imaps://127.0.0.1"), Protection::Tls);
    }

    #[test]
    fn a_mail_address_as_user_name_is_decoded() {
        let url = "imaps://lapor%40bojonegoro.go.id:p%3Ass@mail.test/INBOX"
            .parse()
            .expect("an address");
        assert_eq!(
            credentials(&url),
            Some(("lapor@bojonegoro.go.id".into(), "p:ss".into()))
        );
        assert_eq!(
            credentials(&"smtp://127.0.0.1".parse().expect("an address")),
            None
        );
    }

    /// A server that says these lines, each after the client's next one; returns what the client said.
    async fn server(lines: &'static [&'static str]) -> (TcpStream, tokio::task::JoinHandle<Vec<String>>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let stream = TcpStream::connect(listener.local_addr().expect("an address"))
            .await
            .expect("connected");
        let talk = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a client");
            let mut stream = BufReader::new(stream);
            let mut said = Vec::new();
            for line in lines {
                stream.write_all(line.as_bytes()).await.expect("said");
                let mut answer = String::new();
                // A client that has heard enough hangs up.
                if stream.read_line(&mut answer).await.unwrap_or(0) == 0 {
                    break;
                }
                said.push(answer.trim().to_owned());
            }
            said
        });
        (stream, talk)
    }

    #[tokio::test]
    async fn encryption_is_asked_for_before_anything_else_is_said() {
        let (stream, talk) = server(&[
            "220 mail.test\r\n",
            "250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
            "220 go ahead\r\n",
        ])
        .await;
        drop(
            smtp_starttls(stream, "ngasem.test")
                .await
                .expect("ready for the handshake"),
        );
        assert_eq!(talk.await.expect("ended"), ["EHLO ngasem.test", "STARTTLS"]);
    }

    #[tokio::test]
    async fn a_server_without_encryption_is_told_nothing_more() {
        let (stream, talk) = server(&[
            "220 mail.test\r\n",
            "250-mail.test\r\n250 AUTH PLAIN\r\n",
            "250\r\n",
        ])
        .await;
        let error = smtp_starttls(stream, "ngasem.test").await.expect_err("refused");
        assert!(error.to_string().contains("offers no STARTTLS"), "{error}");
        assert_eq!(talk.await.expect("ended"), ["EHLO ngasem.test"]);
    }

    #[tokio::test]
    async fn whoever_writes_ahead_of_the_handshake_is_not_trusted() {
        let (stream, _talk) = server(&[
            "220 mail.test\r\n",
            "250 STARTTLS\r\n",
            "220 go ahead\r\n250 injected\r\n",
        ])
        .await;
        assert!(smtp_starttls(stream, "ngasem.test").await.is_err());
    }
}
