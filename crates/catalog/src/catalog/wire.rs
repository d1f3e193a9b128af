//! PostgreSQL's clients: psql, Superset, Metabase and drivers ask SQL over the tables that their token may read.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use async_trait::async_trait;
use tables::{
    Limits, Scope, TableVersion,
    wire::{Caller, Gate, Wire},
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};
use tokio_util::sync::CancellationToken;

use super::versions::asked::version_of;
use crate::{
    accounts,
    platform::{
        app::App,
        op::{Op, Who},
        problem::{Kind, Problem},
    },
};

/// What one statement may take; the rows of an answer are streamed and not counted.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(120),
    memory_bytes: 256 << 20,
    rows: usize::MAX,
};
/// Clients that are connected at the same time. A BI program keeps several connections open.
const MOST_CONNECTIONS: usize = 64;
/// Those of them that come from one address. This machine's own is exempt: behind a proxy everybody comes from there.
const MOST_OF_ONE: usize = 16;

/// Opens the port.
///
/// # Errors
/// When another program uses it.
pub async fn listen(app: &App, address: SocketAddr) -> anyhow::Result<TcpListener> {
    // A certificate that cannot be read is found now, not when the first client comes.
    tls(app)?;
    TcpListener::bind(address).await.with_context(|| {
        format!("listen on {address} for PostgreSQL clients: is another program using the port? Choose one with --pg-listen")
    })
}

/// Serves clients until `stop` is cancelled.
pub async fn serve(app: App, listener: TcpListener, stop: CancellationToken) {
    let tls = match tls(&app) {
        Ok(tls) => tls,
        Err(error) => {
            tracing::error!(
                error = format!("{error:#}"),
                "PostgreSQL clients cannot be served"
            );
            return;
        }
    };
    let gate = Arc::new(TokenGate { app: app.clone() });
    let wire = Wire::new(&app.lake, gate, LIMITS, tls);
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut rooms: HashMap<IpAddr, Arc<Semaphore>> = HashMap::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let (socket, from) = match accepted {
            Ok((socket, from)) => (socket, from.ip().to_canonical()),
            Err(error) => {
                // The next one is tried when there are file handles again.
                tracing::warn!(%error, "a PostgreSQL client could not be let in");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            tracing::warn!(
                most = MOST_CONNECTIONS,
                "a PostgreSQL client was turned away: too many are connected"
            );
            continue;
        };
        // Whoever is connected holds on to theirs.
        rooms.retain(|_, room| Arc::strong_count(room) > 1);
        let most_of_one = match from.is_loopback() {
            true => MOST_CONNECTIONS,
            false => MOST_OF_ONE,
        };
        let room_of_one = rooms
            .entry(from)
            .or_insert_with(|| Arc::new(Semaphore::new(most_of_one)));
        let Ok(place_of_one) = room_of_one.clone().try_acquire_owned() else {
            tracing::warn!(
                most = MOST_OF_ONE,
                "a PostgreSQL client was turned away: too many are connected from its address"
            );
            continue;
        };
        let (wire, stop) = (wire.clone(), stop.clone());
        tokio::spawn(async move {
            let _places = (place, place_of_one);
            tokio::select! {
                served = wire.serve(socket) => {
                    if let Err(error) = served {
                        tracing::debug!(%error, "a PostgreSQL client's connection broke");
                    }
                }
                () = stop.cancelled() => {}
            }
        });
    }
}

fn tls(app: &App) -> anyhow::Result<Option<TlsAcceptor>> {
    let Some((certificate, key)) = &app.config.pg_tls else {
        return Ok(None);
    };
    let read = |what: &str, path: &Path| format!("setting {what}: read {}", path.display());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .with_context(|| read("pg_certificate", certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| read("pg_key", key))?;
    let config =
        ServerConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("settings pg_certificate and pg_key do not fit together")?;
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

/// Lets in whoever holds a token; the name that a client gives says nothing.
struct TokenGate {
    app: App,
}

/// The holder of a token.
struct Holder {
    app: App,
    token: String,
}

#[async_trait]
impl Gate for TokenGate {
    async fn admit(&self, password: &str, _from: IpAddr) -> tables::Result<Option<Arc<dyn Caller>>> {
        let now = self.app.clock.now();
        match accounts::holder_of_token(&self.app, password, now).await {
            Ok(_) => Ok(Some(Arc::new(Holder {
                app: self.app.clone(),
                token: password.to_owned(),
            }))),
            Err(problem) if problem.kind() == Kind::Unauthenticated => Ok(None),
            Err(problem) => Err(failed(problem)),
        }
    }
}

impl Holder {
    /// As whom the caller asks now.
    async fn op(&self) -> tables::Result<Op> {
        let now = self.app.clock.now();
        let who: Who = match accounts::holder_of_token(&self.app, &self.token, now).await {
            Ok(who) => who,
            Err(problem) if problem.kind() == Kind::Unauthenticated => {
                return Err(tables::Error::BadQuery(
                    "your token does not hold any more; make a new one on your account's page".into(),
                ));
            }
            Err(problem) => return Err(failed(problem)),
        };
        Ok(Op {
            who,
            ..Op::system(now)
        })
    }
}

#[async_trait]
impl Caller for Holder {
    async fn scope(&self) -> tables::Result<Scope> {
        let op = self.op().await?;
        super::scope(&self.app, &op).await.map_err(failed)
    }

    async fn version(&self, table: &str, asked: &str) -> tables::Result<Option<TableVersion>> {
        let op = self.op().await?;
        match version_of(&self.app, &op, table, asked).await {
            Ok(found) => Ok(found),
            Err(problem) if problem.kind() == Kind::Internal => Err(failed(problem)),
            // Only what keeps somebody from reading it is told.
            Err(problem) => Err(tables::Error::BadQuery(problem.sentence(op.lang))),
        }
    }
}

fn failed(problem: Problem) -> tables::Error {
    tables::Error::Failed {
        doing: "look up what a PostgreSQL client may read".into(),
        source: problem.to_string().into(),
    }
}
