//! Tables for the clients of PostgreSQL: psql, BI tools and drivers connect, look around and ask, and can change nothing.
//!
//! A [`Gate`] says who may come in and what they may read; it is asked again while a client is connected, so that a right that was
//! taken away is gone within seconds. A client sees one database with the schema `public`, the catalogues that PostgreSQL's clients
//! look at (`pg_catalog`, `information_schema`), and nothing else.
//!
//! Deliberately absent: changes, transactions (BEGIN and ROLLBACK are answered, and every question sees the newest version shown),
//! COPY into tables or as a prepared statement, and passwords over a network in the clear.

mod cancel;
mod catalogue;
mod connection;
mod copy;
mod errors;
mod functions;
mod information;
mod keeper;
mod readable;
mod settings;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use datafusion_postgres::pgwire::{
    api::RandomPidSecretKeyGenerator,
    tokio::{TlsAcceptor, process_socket},
};
use futures::FutureExt;
use tokio::{
    io::Interest,
    net::TcpStream,
    sync::{Mutex, Semaphore},
};

use crate::{
    error::{Doing, Error, Result},
    lake::Lake,
    query::{Limits, Scope, TableVersion},
};

/// How long what a caller may read is taken as known when nobody says otherwise.
const KNOWN_FOR: Duration = Duration::from_secs(2);

/// How long a client may take to give its password: until then it holds a place of somebody else's.
const ADMITTED_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked whether a client is still there: nobody reads its connection while it waits for an answer.
const LOOKED_FOR_EVERY: Duration = Duration::from_secs(1);

/// Who may come in, and what they may read.
#[async_trait]
pub trait Gate: Send + Sync + 'static {
    /// Lets a caller in by the password. Returns none for one that does not hold.
    ///
    /// # Errors
    /// When it cannot be looked up.
    async fn admit(&self, password: &str, from: IpAddr) -> Result<Option<Arc<dyn Caller>>>;
}

/// Somebody who was let in.
#[async_trait]
pub trait Caller: Send + Sync + 'static {
    /// The tables that the caller may read now.
    ///
    /// # Errors
    /// When the caller may not be here any more, or it cannot be looked up.
    async fn scope(&self) -> Result<Scope>;

    /// An older version of a table, which is asked for as `"name@3"` or `"name@2026-01-31"`; none for a table that the caller may not
    /// read. `asked` is what stands behind the sign: a number, or the day at whose end the version was shown.
    ///
    /// # Errors
    /// When there is no such version, none was shown by that day, it was withdrawn, or it cannot be looked up.
    async fn version(&self, table: &str, asked: &str) -> Result<Option<TableVersion>>;
}

/// Serves PostgreSQL's clients over tables of a lake.
#[derive(Clone)]
pub struct Wire {
    lake: Lake,
    gate: Arc<dyn Gate>,
    limits: Limits,
    /// How long what a caller may read is taken as known.
    known_for: Duration,
    tls: Option<TlsAcceptor>,
    running: Arc<cancel::Running>,
    /// Numbers the connections; no two that are open have the same.
    keys: Arc<RandomPidSecretKeyGenerator>,
    /// Statements that are answered at the same time.
    turns: Arc<Semaphore>,
}

impl Wire {
    /// Serves what callers may read within limits; `rows` of the limits has no meaning here, since answers are streamed.
    ///
    /// With `tls`, connections may be encrypted; without, only callers on this machine are let in.
    #[must_use]
    pub fn new(lake: &Lake, gate: Arc<dyn Gate>, limits: Limits, tls: Option<TlsAcceptor>) -> Wire {
        let at_once = 2 * lake.engine().threads;
        Wire {
            lake: lake.clone(),
            gate,
            limits,
            known_for: KNOWN_FOR,
            tls,
            running: Arc::default(),
            keys: Arc::default(),
            turns: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// The same, taking what a caller may read as known for another time than two seconds; with none it is asked for each question.
    #[must_use]
    pub fn knowing_for(self, time: Duration) -> Wire {
        Wire {
            known_for: time,
            ..self
        }
    }

    /// Serves one client until it leaves, on the engine's threads; what it asked for ends with it.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn serve(&self, socket: TcpStream) -> Result<()> {
        let handlers = connection::Handlers::open(self)?;
        let reading = handlers.reading();
        let tls = self.tls.clone();
        // The socket goes over to the threads that answer.
        let socket = socket.into_std().doing(|| "take over a connection".into())?;
        let line = socket.try_clone().and_then(TcpStream::from_std);
        let line = line.doing(|| "watch a connection".into())?;
        let mut task = tokio::task::JoinSet::new();
        task.spawn_on(
            async move { process_socket(TcpStream::from_std(socket)?, tls, handlers).await },
            &self.lake.engine().handle(),
        );
        let done = tokio::select! {
            done = task.join_next() => done,
            // The connection ends with its task.
            () = reading.nobody_after(ADMITTED_WITHIN) => None,
            () = reading.gone_from(&line) => None,
        };
        match done {
            Some(done) => done
                .doing(|| "serve a client of PostgreSQL".into())?
                .doing(|| "serve a client of PostgreSQL".into()),
            None => Ok(()),
        }
    }
}

/// What one connection may read, asked anew from time to time.
struct Reading {
    caller: std::sync::OnceLock<Arc<dyn Caller>>,
    known: Mutex<Option<(Instant, Arc<Scope>)>>,
    known_for: Duration,
}

impl Reading {
    /// Ends when nobody was let in for so long; goes on for ever when somebody was.
    async fn nobody_after(&self, time: Duration) {
        tokio::time::sleep(time).await;
        if self.caller.get().is_some() {
            std::future::pending::<()>().await;
        }
    }

    /// Ends when somebody who was let in has hung up; who only cancels on this connection was never let in.
    async fn gone_from(&self, line: &TcpStream) {
        loop {
            tokio::time::sleep(LOOKED_FOR_EVERY).await;
            let ready = line.ready(Interest::READABLE).now_or_never();
            let is_closed = matches!(ready, Some(Ok(ready)) if ready.is_read_closed());
            if is_closed && self.caller.get().is_some() {
                return;
            }
        }
    }

    async fn scope(&self) -> Result<Arc<Scope>> {
        let Some(caller) = self.caller.get() else {
            return Err(Error::BadQuery("sign in first".into()));
        };
        let mut known = self.known.lock().await;
        if let Some((at, scope)) = &*known
            && at.elapsed() < self.known_for
        {
            return Ok(scope.clone());
        }
        let scope = Arc::new(caller.scope().await?);
        *known = Some((Instant::now(), scope.clone()));
        Ok(scope)
    }
}
