//! One connection: who it is, and how its questions are answered within limits.

use std::{
    fmt::Debug,
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::Schema, catalog::CatalogProvider, logical_expr::LogicalPlan,
    sql::sqlparser::ast::Statement,
};
use datafusion_postgres::{
    DfSessionService, Parser, QueryHook,
    datafusion_pg_catalog::pg_catalog::{context::EmptyContextProvider, setup_pg_catalog},
    hooks::{cursor::CursorStatementHook, set_show::SetShowHook, transactions::TransactionStatementHook},
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, ErrorHandler, PgWireConnectionState, PgWireServerHandlers,
            PidSecretKeyGenerator, RandomPidSecretKeyGenerator,
            auth::{
                DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
                save_startup_parameters_to_metadata,
            },
            cancel::CancelHandler,
            portal::Portal,
            query::{ExtendedQueryHandler, SimpleQueryHandler},
            results::{FieldInfo, Response, Tag},
            stmt::{QueryParser, StoredStatement},
            store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::{
            PgWireBackendMessage, PgWireFrontendMessage,
            copy::{CopyData, CopyDone, CopyOutResponse},
            data::DataRow,
            startup::Authentication,
        },
    },
};
use futures::{FutureExt, Sink, SinkExt, StreamExt};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, futures::OwnedNotified, mpsc},
    task::JoinSet,
    time::Instant,
};

use super::{
    Gate, Reading, Wire,
    cancel::{Entry, Running},
    copy::{self, Copying},
    errors::{self, Words, farewell, refusal},
    functions,
    information::Information,
    keeper::Keeper,
    readable::Readable,
    settings,
};
use crate::{
    error::{Doing, Result},
    query::{Limits, Session, engine::cannot_answer},
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

/// Rows that go from the task that makes them to the connection at once, and how often before it waits.
const ROWS_OF_A_CHUNK: usize = 256;
const CHUNKS: usize = 4;

type Stored = (String, Option<(Statement, LogicalPlan)>);

/// What one connection is served by.
pub struct Handlers {
    door: Arc<Door>,
    answers: Arc<Answers>,
    running: Arc<Running>,
}

/// Lets callers in.
struct Door {
    gate: Arc<dyn Gate>,
    reading: Arc<Reading>,
    keys: Arc<RandomPidSecretKeyGenerator>,
    running: Arc<Running>,
    stop: Arc<Notify>,
    /// Where this connection is known among the running ones; gone with it.
    entry: OnceLock<Entry>,
}

/// The schemas of one connection, which go with it: the library's catalogue holds the list that it stands in, so that nothing else would
/// ever let go of them.
struct Schemas(Option<Arc<dyn CatalogProvider>>);

impl Drop for Schemas {
    fn drop(&mut self) {
        let Some(catalog) = &self.0 else { return };
        for name in catalog.schema_names() {
            if let Err(error) = catalog.deregister_schema(&name, true) {
                tracing::warn!(error = format!("{error:#}"), "a connection's tables were kept");
            }
        }
    }
}

/// Answers questions, each in its turn and its time.
struct Answers {
    inner: DfSessionService,
    _schemas: Schemas,
    turns: Arc<Semaphore>,
    limits: Limits,
    /// Told when the client wants its statement stopped.
    stop: Arc<Notify>,
}

impl Handlers {
    /// Prepares to serve a caller who is not known yet and may read nothing.
    pub fn open(wire: &Wire) -> Result<Handlers> {
        let reading = Arc::new(Reading {
            caller: OnceLock::new(),
            known: tokio::sync::Mutex::default(),
            known_for: wire.known_for,
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
        functions::add(&context);
        let state = context.state_ref();
        // The engine's own schema of this name would stand before ours.
        state
            .write()
            .config_mut()
            .options_mut()
            .catalog
            .information_schema = false;
        let information = Information::new(&readable, DATABASE, context.state().catalog_list());
        if let Some(catalog) = context.catalog(DATABASE) {
            catalog
                .register_schema("information_schema", Arc::new(information))
                .doing(|| "open a session".into())?;
        }
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::new(Keeper {
                reading: reading.clone(),
                readable,
            }),
            Arc::new(CursorStatementHook),
            Arc::new(SetShowHook),
            Arc::new(TransactionStatementHook),
        ];
        let stop = Arc::new(Notify::new());
        Ok(Handlers {
            door: Arc::new(Door {
                gate: wire.gate.clone(),
                reading,
                keys: wire.keys.clone(),
                running: wire.running.clone(),
                stop: stop.clone(),
                entry: OnceLock::new(),
            }),
            answers: Arc::new(Answers {
                _schemas: Schemas(context.catalog(DATABASE)),
                inner: DfSessionService::new_with_hooks(Arc::new(context), hooks),
                turns: wire.turns.clone(),
                limits: wire.limits,
                stop,
            }),
            running: wire.running.clone(),
        })
    }
}

impl Handlers {
    /// What tells whether the caller was let in.
    pub(super) fn reading(&self) -> Arc<Reading> {
        self.door.reading.clone()
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
        self.running.clone()
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
                let entry = self.running.enter((pid, key), &self.stop);
                let _ = self.entry.set(entry);
                let mut parameters = DefaultServerParameterProvider::default();
                parameters.server_version = settings::VERSION.to_owned();
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
    /// Does a part of the work in its turn. Returns what is left of the time, of which waiting for the turn takes nothing.
    async fn in_turn<T>(&self, work: impl Future<Output = PgWireResult<T>>) -> PgWireResult<(T, Duration)> {
        // A wish to stop is heard from here on, while the turn is waited for, too.
        let mut stopped = pin!(self.stop.notified());
        let _turn = turn(&self.turns, self.limits.time, stopped.as_mut()).await?;
        let began = Instant::now();
        let work = AssertUnwindSafe(work).catch_unwind();
        let done = tokio::select! {
            biased;
            done = tokio::time::timeout(self.limits.time, work) => {
                let done = done.map_err(|_| late(self.limits.time))?;
                done.map_err(|_| given_up())??
            }
            () = stopped => return Err(PgWireError::QueryCanceled),
        };
        Ok((done, self.limits.time.saturating_sub(began.elapsed())))
    }

    /// A question that was prepared, over what its author may read now; none for what reads nothing.
    ///
    /// A plan holds the tables and columns that were there to be read when it was made.
    async fn planned_anew<C>(
        &self,
        client: &C,
        portal: &Portal<Stored>,
    ) -> PgWireResult<Option<Portal<Stored>>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let stored = &portal.statement;
        let (question, Some((Statement::Query(_) | Statement::Explain { .. }, before))) = &stored.statement
        else {
            return Ok(None);
        };
        let parser = self.inner.query_parser();
        let now = parser
            .parse_sql(client, question, &stored.parameter_types)
            .await?;
        let is_same = now
            .as_ref()
            .and_then(|(_, planned)| planned.as_ref())
            .is_some_and(|(_, plan)| gives_the_same(plan.schema().as_arrow(), before.schema().as_arrow()));
        let Some(now) = now.filter(|_| is_same) else {
            // Drivers know these words, and prepare the statement again.
            return Err(refusal("0A000", "cached plan must not change result type"));
        };
        let statement = StoredStatement::new(stored.id.clone(), now, stored.parameter_types.clone());
        let mut fresh = Portal::new_cursor(portal.name.clone(), Arc::new(statement));
        fresh.parameter_format = portal.parameter_format.clone();
        fresh.parameters = portal.parameters.clone();
        fresh.result_column_format = portal.result_column_format.clone();
        Ok(Some(fresh))
    }

    /// Answers a question with its rows as a file, which is sent here: an error between two rows is told in PostgreSQL's way, which the
    /// library's own is not. Returns what is to be told at the end.
    async fn copied<C>(&self, client: &mut C, copying: &Copying) -> PgWireResult<Tag>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let answering = SimpleQueryHandler::do_query(&self.inner, client, &copying.question);
        let (mut answers, left) = self.in_turn(answering).await?;
        let answer = answers.pop().map(|answer| self.bounded(answer, left));
        let Some(Response::Query(mut answer)) = answer else {
            return Err(refusal("0A000", "only the rows of a question are copied"));
        };
        let columns = answer.row_schema.clone();
        let names: Vec<&str> = columns.iter().map(FieldInfo::name).collect();
        let lines = copying.lines(&names)?;
        let n_columns = i16::try_from(names.len()).unwrap_or(i16::MAX);
        let opening = CopyOutResponse::new(0, n_columns, vec![0; names.len()]);
        client
            .feed(PgWireBackendMessage::CopyOutResponse(opening))
            .await?;
        if let Some(header) = lines.header(&names) {
            client
                .feed(PgWireBackendMessage::CopyData(CopyData::new(header)))
                .await?;
        }
        let mut n_rows = 0;
        while let Some(row) = answer.data_rows.next().await {
            let line = CopyData::new(lines.line(&row?));
            client.feed(PgWireBackendMessage::CopyData(line)).await?;
            n_rows += 1;
        }
        client
            .feed(PgWireBackendMessage::CopyDone(CopyDone::new()))
            .await?;
        Ok(Tag::new("COPY").with_rows(n_rows))
    }

    /// Rows as long as there is time. Only work counts: a client may take its time between two pages.
    fn bounded(&self, answer: Response, left: Duration) -> Response {
        let Response::Query(mut answer) = answer else {
            return answer;
        };
        let rows = std::mem::replace(&mut answer.data_rows, Box::pin(futures::stream::empty()));
        let (given, steps) = mpsc::channel(2 * CHUNKS);
        let turns = self.turns.clone();
        let mut task = JoinSet::new();
        // In a task of its own: work that does not give way would not hear that it is to stop.
        task.spawn(async move {
            let mut rows = rows.ready_chunks(ROWS_OF_A_CHUNK);
            // There is room for both steps before the turn is asked for: whoever has a turn waits for nobody.
            while let Ok(mut room) = given.reserve_many(2).await {
                let Ok(turn) = turns.clone().acquire_owned().await else {
                    return;
                };
                tell(&mut room, Step::Begun);
                let made = AssertUnwindSafe(rows.next()).catch_unwind().await;
                let is_broken = made.is_err();
                // Rows that end in the middle would look like all of them.
                let made = made.unwrap_or_else(|_| Some(vec![Err(given_up())]));
                let Some(chunk) = made else { return };
                drop(turn);
                tell(&mut room, Step::Made(chunk));
                if is_broken {
                    return;
                }
            }
        });
        let work = Work {
            steps,
            is_begun: false,
            ready: Vec::new().into_iter(),
            left,
            time: self.limits.time,
            stopped: Box::pin(self.stop.clone().notified_owned()),
            _task: task,
        };
        answer.data_rows = Box::pin(futures::stream::unfold(Some(work), |work| async {
            let mut work = work?;
            match work.next().await {
                Ok(row) => row.map(|row| (row, Some(work))),
                Err(stopped) => Some((Err(stopped), None)),
            }
        }));
        Response::Query(answer)
    }
}

/// What is heard of the task that makes rows.
enum Step {
    /// Its turn has come.
    Begun,
    Made(Vec<PgWireResult<DataRow>>),
}

fn tell(room: &mut mpsc::PermitIterator<'_, Step>, step: Step) {
    if let Some(place) = room.next() {
        place.send(step);
    }
}

/// Rows on their way from the task that makes them; it ends with this.
struct Work {
    steps: mpsc::Receiver<Step>,
    /// Whether the task has its turn, as far as is heard; until then it waits, which is no work.
    is_begun: bool,
    ready: std::vec::IntoIter<PgWireResult<DataRow>>,
    left: Duration,
    time: Duration,
    /// Listens from the first row on, so that a wish to stop is heard, too, that comes while rows are written to the client.
    stopped: Pin<Box<OwnedNotified>>,
    _task: JoinSet<()>,
}

impl Work {
    async fn next(&mut self) -> PgWireResult<Option<PgWireResult<DataRow>>> {
        loop {
            if let Some(row) = self.ready.next() {
                return Ok(Some(row));
            }
            let began = Instant::now();
            let most = match self.is_begun {
                true => self.left,
                false => self.time,
            };
            let step = tokio::select! {
                biased;
                () = self.stopped.as_mut() => return Err(PgWireError::QueryCanceled),
                step = tokio::time::timeout(most, self.steps.recv()) => step,
            };
            let Ok(step) = step else {
                return Err(match self.is_begun {
                    true => late(self.time),
                    false => crowded(self.time),
                });
            };
            if self.is_begun {
                self.left = self.left.saturating_sub(began.elapsed());
            }
            match step {
                Some(Step::Begun) => self.is_begun = true,
                Some(Step::Made(chunk)) => {
                    self.is_begun = false;
                    self.ready = chunk.into_iter();
                }
                None => return Ok(None),
            }
        }
    }
}

/// Whether two answers have columns of the same names and types: what else is known of them no client is told.
fn gives_the_same(now: &Schema, before: &Schema) -> bool {
    let pairs = now.fields().iter().zip(before.fields());
    let mut alike = pairs.map(|(now, before)| {
        now.name() == before.name() && now.data_type().equals_datatype(before.data_type())
    });
    now.fields().len() == before.fields().len() && alike.all(|alike| alike)
}

/// Waits for a turn: for so long, and only until the statement is to stop.
async fn turn(
    turns: &Arc<Semaphore>,
    longest: Duration,
    stopped: impl Future<Output = ()>,
) -> PgWireResult<OwnedSemaphorePermit> {
    tokio::select! {
        biased;
        turn = tokio::time::timeout(longest, turns.clone().acquire_owned()) => {
            let turn = turn.map_err(|_| crowded(longest))?;
            turn.map_err(|_| refusal("57P01", "the server is closing"))
        }
        () = stopped => Err(PgWireError::QueryCanceled),
    }
}

/// What is told of a statement that waited as long as it might have worked.
fn crowded(waited: Duration) -> PgWireError {
    refusal(
        "57014",
        &format!(
            "too many questions are being answered: this one waited {} s for its turn; ask again later",
            waited.as_secs()
        ),
    )
}

/// What is told when the engine gave up in the middle of a question.
fn given_up() -> PgWireError {
    errors::told(&cannot_answer())
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
        if let Some(copying) = copy::asked(query)? {
            let tag = self.copied(client, &copying).await?;
            return Ok(vec![Response::Execution(tag)]);
        }
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
        let answering = async {
            let fresh = self.planned_anew(&*client, portal).await?;
            match fresh {
                Some(fresh) => ExtendedQueryHandler::do_query(&self.inner, client, &fresh, most_rows).await,
                None => ExtendedQueryHandler::do_query(&self.inner, client, portal, most_rows).await,
            }
        };
        let (answer, left) = self.in_turn(answering).await?;
        Ok(self.bounded(answer, left))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use datafusion::{
        arrow::datatypes::{DataType, Field},
        prelude::{SessionConfig, SessionContext},
    };
    use pretty_assertions::assert_eq;

    use super::*;

    const LONGEST: Duration = Duration::from_secs(15);

    fn told(error: PgWireError) -> String {
        match error {
            PgWireError::UserError(known) => format!("{} {}", known.code, known.message),
            other => other.to_string(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_turn_ends_with_the_time_and_with_a_wish_to_stop() {
        let turns = Arc::new(Semaphore::new(1));
        let taken = turns.clone().acquire_owned().await.expect("the turn");
        let crowded = turn(&turns, LONGEST, std::future::pending()).await;
        let crowded = told(crowded.expect_err("there is no turn"));
        assert!(
            crowded.starts_with("57014") && crowded.contains("waited 15 s"),
            "{crowded}"
        );
        let stopped = turn(&turns, LONGEST, std::future::ready(())).await;
        assert!(matches!(stopped, Err(PgWireError::QueryCanceled)));
        drop(taken);
        assert!(turn(&turns, LONGEST, std::future::pending()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_rows_runs_while_they_are_made_and_not_while_their_turn_is_waited_for() {
        let (given, steps) = mpsc::channel(2);
        let mut work = Work {
            steps,
            is_begun: false,
            ready: Vec::new().into_iter(),
            left: LONGEST,
            time: LONGEST,
            stopped: Box::pin(Arc::new(Notify::new()).notified_owned()),
            _task: JoinSet::new(),
        };
        let (none, ()) = tokio::join!(
            tokio::time::timeout(LONGEST - Duration::from_secs(2), work.next()),
            async {
                tokio::time::sleep(LONGEST - Duration::from_secs(3)).await;
                let _ = given.send(Step::Begun).await;
            }
        );
        assert!(none.is_err(), "nothing was made yet");
        assert_eq!((work.is_begun, work.left), (true, LONGEST));
        let late = work.next().await;
        assert!(late.is_err_and(|late| told(late).contains("took longer than 15 s")));
        drop(given);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wish_to_stop_is_heard_that_comes_between_two_rows() {
        let (given, steps) = mpsc::channel(2);
        let stop = Arc::new(Notify::new());
        let mut work = Work {
            steps,
            is_begun: false,
            ready: Vec::new().into_iter(),
            left: LONGEST,
            time: LONGEST,
            stopped: Box::pin(stop.clone().notified_owned()),
            _task: JoinSet::new(),
        };
        // Nobody waits for a row at this moment, and the next is there already.
        stop.notify_waiters();
        let chunk = Step::Made(vec![Err(given_up())]);
        assert!(given.send(chunk).await.is_ok());
        assert!(matches!(work.next().await, Err(PgWireError::QueryCanceled)));
    }

    #[test]
    fn what_a_connection_looked_at_goes_with_it() {
        let config = SessionConfig::new().with_default_catalog_and_schema(DATABASE, "public");
        let context = SessionContext::new_with_config(config);
        setup_pg_catalog(&context, DATABASE, EmptyContextProvider).expect("a catalogue");
        let schemas = Schemas(context.catalog(DATABASE));
        let list = Arc::downgrade(context.state().catalog_list());
        drop(context);
        assert!(list.upgrade().is_some(), "the catalogue holds its list");
        drop(schemas);
        assert!(list.upgrade().is_none(), "nothing is left");
    }

    #[test]
    fn answers_are_compared_by_the_names_and_types_of_their_columns_only() {
        let field = Field::new("age", DataType::Int64, true);
        let before = Schema::new(vec![field.clone()]);
        let about = HashMap::from([("title".to_owned(), "Age".to_owned())]);
        let titled = Schema::new(vec![
            field.clone().with_metadata(about.clone()).with_nullable(false),
        ]);
        assert!(gives_the_same(&titled.with_metadata(about), &before));
        for other in [
            Schema::new(vec![field.clone(), field.clone()]),
            Schema::new(vec![field.clone().with_name("years")]),
            Schema::new(vec![field.with_data_type(DataType::Utf8)]),
            Schema::empty(),
        ] {
            assert!(!gives_the_same(&other, &before), "{other}");
        }
    }
}
