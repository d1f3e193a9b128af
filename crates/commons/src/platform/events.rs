//! Events, and which jobs follow from them. The whole product's list is `crate::reactions`.

use std::{any::Any, collections::HashMap, future::Future, pin::Pin};

use serde::Serialize;

use super::{
    app::App,
    db::Tx,
    jobs::{Job, Lane, Queued},
    message::inbound::{Answer, Heard, Listener},
    op::Op,
    problem::Result,
};

/// Something that happened, in the past tense. It carries ids and codes, never answers or names.
pub trait Event: Serialize + Any + Send + Sync {
    /// The stable name, `slice.what-happened`.
    const NAME: &'static str;

    /// Returns the path of the record it is about, e.g. `place/35.22`.
    fn subject(&self) -> String;
}

type Follow = Box<dyn Fn(&dyn Any) -> serde_json::Result<Option<Queued>> + Send + Sync>;
type Running<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send + 'a>>;
type Run = Box<dyn for<'a> Fn(&'a App, &'a str) -> Running<'a> + Send + Sync>;

type Listening<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;
type Listen = Box<dyn for<'a> Fn(&'a App, &'a mut Tx, &'a Op, &'a Heard) -> Listening<'a> + Send + Sync>;

/// Event → jobs, how each job is run, and who listens to what people write.
#[derive(Default)]
pub struct Reactions {
    follow: HashMap<&'static str, Vec<Follow>>,
    run: HashMap<&'static str, Run>,
    lanes: HashMap<&'static str, Lane>,
    chores: Vec<fn() -> serde_json::Result<Queued>>,
    listen: Option<Listen>,
}

impl Reactions {
    /// Declares that `then` follows whenever the event happens.
    #[must_use]
    pub fn on<E: Event, J: Job>(mut self, then: fn(&E) -> J) -> Self {
        let follow: Follow = Box::new(move |event| {
            let event = event.downcast_ref::<E>().expect("filed under its own name");
            Queued::of(&then(event)).map(Some)
        });
        self.follow.entry(E::NAME).or_default().push(follow);
        self.runs::<J>()
    }

    /// Declares that `then` follows where it says so: `None` where nothing does.
    #[must_use]
    pub fn on_some<E: Event, J: Job>(mut self, then: fn(&E) -> Option<J>) -> Self {
        let follow: Follow = Box::new(move |event| {
            let event = event.downcast_ref::<E>().expect("filed under its own name");
            then(event).as_ref().map(Queued::of).transpose()
        });
        self.follow.entry(E::NAME).or_default().push(follow);
        self.runs::<J>()
    }

    /// Declares a job that is queued directly and follows no event.
    #[must_use]
    pub fn runs<J: Job>(mut self) -> Self {
        let run: Run =
            Box::new(|app, args| Box::pin(async move { serde_json::from_str::<J>(args)?.run(app).await }));
        self.run.insert(J::NAME, run);
        self.lanes.insert(J::NAME, J::LANE);
        self
    }

    /// Declares a job that is queued every hour, whatever happens.
    #[must_use]
    pub fn hourly<J: Job + Default>(mut self) -> Self {
        self.chores.push(|| Queued::of(&J::default()));
        self.runs::<J>()
    }

    /// Returns the jobs that are queued every hour.
    pub fn chores(&self) -> impl Iterator<Item = serde_json::Result<Queued>> + '_ {
        self.chores.iter().map(|chore| chore())
    }

    /// Declares who takes what people write by text message, USSD and mail; there is one such slice.
    #[must_use]
    pub fn hears<L: Listener>(mut self) -> Self {
        self.listen = Some(Box::new(|app, tx, op, heard| {
            Box::pin(L::hear(app, tx, op, heard))
        }));
        self
    }

    /// Hands over what somebody wrote; `None` when no slice listens.
    pub fn hear<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        op: &'a Op,
        heard: &'a Heard,
    ) -> Option<Listening<'a>> {
        self.listen.as_ref().map(|listen| listen(app, tx, op, heard))
    }

    /// Returns the jobs that follow from an event.
    pub fn to<'a, E: Event>(&'a self, event: &'a E) -> impl Iterator<Item = serde_json::Result<Queued>> + 'a {
        self.follow
            .get(E::NAME)
            .into_iter()
            .flatten()
            .filter_map(move |follow| follow(event).transpose())
    }

    /// Runs a job by its name; `None` when no such job is known.
    pub fn run<'a>(&'a self, name: &str, app: &'a App, args: &'a str) -> Option<Running<'a>> {
        self.run.get(name).map(|run| run(app, args))
    }
}
