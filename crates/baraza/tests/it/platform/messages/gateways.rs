//! Gateways for tests: they write down what they are given, and say what they are told to say.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What came over HTTP: the address, the headers, the body.
pub struct Taken {
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Kannel's `sendsms`.
#[derive(Clone)]
pub struct Kannel {
    pub url: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    says: Arc<Mutex<StatusCode>>,
}

impl Kannel {
    pub async fn start() -> Kannel {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let kannel = Kannel {
            url: format!(
                "http://baraza:s3cret@{}/cgi-bin/sendsms",
                listener.local_addr().expect("an address")
            ),
            taken: Arc::default(),
            says: Arc::new(Mutex::new(StatusCode::ACCEPTED)),
        };
        let router = Router::new().fallback(take).with_state(kannel.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        kannel
    }

    /// What it says from now on.
    pub fn says(&self, status: StatusCode) {
        *self.says.lock().expect("one at a time") = status;
    }

    /// What it took since it was last asked.
    pub fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.taken.lock().expect("one at a time"))
    }
}

async fn take(State(kannel): State<Kannel>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let taken = Taken { uri, headers, body };
    kannel.taken.lock().expect("one at a time").push(taken);
    *kannel.says.lock().expect("one at a time")
}

/// A mail server that takes everything but mail to `gone@…`.
pub struct MailServer {
    pub url: String,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = MailServer {
            url: format!("smtp://{}", listener.local_addr().expect("an address")),
            mails: Arc::default(),
        };
        let mails = server.mails.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mails = mails.clone();
                tokio::spawn(async move {
                    // A client that hangs up ends its own conversation only.
                    let _ = converse(stream, &mails).await;
                });
            }
        });
        server
    }

    /// The mails it took since it was last asked, as they came over the wire.
    pub fn mails(&self) -> Vec<String> {
        std::mem::take(&mut self.mails.lock().expect("one at a time"))
    }
}

async fn converse(stream: TcpStream, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME\r\n",
            "RCPT" if line.contains("gone@") => "550 no such user\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") && stream.read_line(&mut mail).await? > 0 {}
                mails.lock().expect("one at a time").push(mail);
                "250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}
