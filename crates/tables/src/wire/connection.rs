//! One connection: who it is, and how its questions are answered within limits.

use std::{
    fmt::Debug,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use datafusion::{
    logical_expr::LogicalPlan,
    sql::sqlparser::ast::Statement,
};
use datafusion_postgres::{
    DfSessionService, Parser, QueryHook,
    datafusion_pg_catalog::pg_catalog::{context::EmptyContextProvider, setup_pg_catalog},
    hooks::{cursor::CursorStatementHook, set_show::SetShowHook, transactions::TransactionStatementHook},
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, ConnectionHandle, ConnectionManager, ErrorHandler,
            PgWireConnectionState, PgWireServerHandlers, PidSecretKeyGenerator, RandomPidSecretKeyGenerator,
            auth::{
                DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
                save_startup_parameters_to_metadata,
            },
            cancel::{CancelHandler, DefaultCancelHandler},
            portal::Portal,
            query::{ExtendedQueryHandler, SimpleQueryHandler},
            results::Response,
            store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::{PgWireBackendMessage, PgWireFrontendMessage, startup::Authentication},
    },
};
use futures::{Sink, SinkExt, StreamExt};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{
    Gate, Reading, Wire,
    errors::{self, Words, farewell, refusal},
    keeper::Keeper,
    readable::Readable,
};
use crate::{
    error::{Doing, Result},
    query::{Limits, Session},
};

/// The name of the only database.
const DATABASE: &str = "baraza";
/// Functions that make long lists of nothing, which no account of memory counts.
const LIST_MAKERS: [&str; 6] = [
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
    "generate_series",
    "range",
];

type Stored = (String, Option<(Statement, LogicalPlan)>);

/// What one connection is served by.
pub struct Handlers {
    door: Arc<Door>,
    answers: Arc<Answers>,
    cancel: Arc<DefaultCancelHandler>,
}

/// Lets callers in.
struct Door {
    gate: Arc<dyn Gate>,
    reading: Arc<Reading>,
    keys: RandomPidSecretKeyGenerator,
    connections: Arc<ConnectionManager>,
}

/// Answers questions, each in its turn and its time.
struct Answers {
    inner: DfSessionService,
    turns: Arc<Semaphore>,
    limits: Limits,
}

impl Handlers {
    /// Prepares to serve a caller who is not known yet and may read nothing.
    pub fn open(wire: &Wire) -> Result<Handlers> {
        let reading = Arc::new(Reading {
            caller: OnceLock::new(),
            known: tokio::sync::Mutex::default(),
        });
        let readable = Arc::new(Readable::nothing(&wire.lake));
        let context = Session::narrow(&wire.lake, &wire.limits).context;
        let catalog = context.catalog(DATABASE);
        if let Some(catalog) = catalog {
            catalog
                .register_schema("public", readable.clone())
                .doing(|| "open a session".into())?;
        }
        for name in LIST_MAKERS {
            context.deregister_udf(name);
        }
        setup_pg_catalog(&context, DATABASE, EmptyContextProvider)
            .map_err(|error| *error)
            .doing(|| "open a session".into())?;
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::new(Keeper {
                reading: reading.clone(),
                readable,
            }),
            Arc::new(CursorStatementHook),
            Arc::new(SetShowHook),
            Arc::new(TransactionStatementHook),
        ];
        Ok(Handlers {
            door: Arc::new(Door {
                gate: wire.gate.clone(),
                reading,
                keys: RandomPidSecretKeyGenerator::default(),
                connections: wire.connections.clone(),
            }),
            answers: Arc::new(Answers {
                inner: DfSessionService::new_with_hooks(Arc::new(context), hooks),
                turns: wire.turns.clone(),
                limits: wire.limits,
            }),
            cancel: Arc::new(DefaultCancelHandler::new(wire.connections.clone())),
        })
    }
}

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        self.answers.clone()
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        self.answers.clone()
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        self.door.clone()
    }

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(Words(self.answers.limits))
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        self.cancel.clone()
    }
}

#[async_trait]
impl StartupHandler for Door {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let from = client.socket_addr().ip();
        match message {
            PgWireFrontendMessage::Startup(ref startup) => {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                if !client.is_secure() && !from.is_loopback() {
                    return Err(farewell(
                        "28000",
                        "a token would cross the network in the clear: connect with sslmode=require",
                    ));
                }
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                client
                    .send(PgWireBackendMessage::Authentication(
                        Authentication::CleartextPassword,
                    ))
                    .await?;
            }
            PgWireFrontendMessage::PasswordMessageFamily(shown) => {
                let shown = shown.into_password()?;
                let admitted = self.gate.admit(&shown.password, from).await;
                let Some(caller) = admitted.map_err(|error| errors::told(&error))? else {
                    return Err(farewell(
                        "28P01",
                        "this token does not hold; make one on your account's page and give it as the password",
                    ));
                };
                // A connection is let in once.
                let _ = self.reading.caller.set(caller);
                let (pid, key) = self.keys.generate(client);
                client.set_pid_and_secret_key(pid, key.clone());
                let (handle, guard) = self.connections.register(pid, key);
                client
                    .session_extensions()
                    .insert::<Arc<ConnectionHandle>>(handle);
                client.session_extensions().insert(guard);
                let mut parameters = DefaultServerParameterProvider::default();
                parameters.server_version = format!("16.6 (Baraza {})", env!("CARGO_PKG_VERSION"));
                parameters.is_superuser = false;
                parameters.default_transaction_read_only = true;
                finish_authentication(client, &parameters).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Answers {
    /// Does a part of the work in its turn. Returns what is left of the time.
    async fn in_turn<T>(&self, work: impl Future<Output = PgWireResult<T>>) -> PgWireResult<(T, Duration)> {
        let _turn = turn(&self.turns).await?;
        let began = Instant::now();
        let done = tokio::time::timeout(self.limits.time, work).await;
        let done = done.map_err(|_| late(self.limits.time))??;
        Ok((done, self.limits.time.saturating_sub(began.elapsed())))
    }

    /// Rows as long as there is time. Only work counts: a client may take its time between two pages.
    fn bounded(&self, answer: Response, left: Duration) -> Response {
        let Response::Query(mut answer) = answer else {
            return answer;
        };
        let (turns, time) = (self.turns.clone(), self.limits.time);
        let rows = std::mem::replace(&mut answer.data_rows, Box::pin(futures::stream::empty()));
        answer.data_rows = Box::pin(futures::stream::unfold(Some((rows, left)), move |state| {
            let turns = turns.clone();
            async move {
                let (mut rows, left) = state?;
                let _turn = match turn(&turns).await {
                    Ok(turn) => turn,
                    Err(closing) => return Some((Err(closing), None)),
                };
                let began = Instant::now();
                match tokio::time::timeout(left, rows.next()).await {
                    Ok(Some(row)) => Some((row, Some((rows, left.saturating_sub(began.elapsed()))))),
                    Ok(None) => None,
                    Err(_) => Some((Err(late(time)), None)),
                }
            }
        }));
        Response::Query(answer)
    }
}

async fn turn(turns: &Arc<Semaphore>) -> PgWireResult<OwnedSemaphorePermit> {
    let turn = turns.clone().acquire_owned().await;
    turn.map_err(|_| refusal("57P01", "the server is closing"))
}

fn late(time: Duration) -> PgWireError {
    errors::told(&crate::Error::TookTooLong {
        seconds: time.as_secs(),
    })
}

#[async_trait]
impl SimpleQueryHandler for Answers {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let answering = SimpleQueryHandler::do_query(&self.inner, client, query);
        let (answers, left) = self.in_turn(answering).await?;
        Ok(answers
            .into_iter()
            .map(|answer| self.bounded(answer, left))
            .collect())
    }
}

#[async_trait]
impl ExtendedQueryHandler for Answers {
    type Statement = Stored;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Parser> {
        self.inner.query_parser()
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Stored>,
        most_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Stored>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let answering = ExtendedQueryHandler::do_query(&self.inner, client, portal, most_rows);
        let (answer, left) = self.in_turn(answering).await?;
        Ok(self.bounded(answer, left))
    }
}
