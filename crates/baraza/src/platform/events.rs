//! Events, and which jobs follow from them. The whole product's list is `crate::reactions`.

use std::{any::Any, collections::HashMap, future::Future, pin::Pin};

use serde::Serialize;

use super::{
    app::App,
    jobs::{Job, Lane, Queued},
};

/// Something that happened, in the past tense. It carries ids and codes, never answers or names.
pub trait Event: Serialize + Any + Send + Sync {
    /// The stable name, `slice.what-happened`.
    const NAME: &'static str;

    /// Returns the path of the record it is about, e.g. `place/35.22`.
    fn subject(&self) -> String;
}

type Follow = Box<dyn Fn(&dyn Any) -> serde_json::Result<Queued> + Send + Sync>;
type Running<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send + 'a>>;
type Run = Box<dyn for<'a> Fn(&'a App, &'a str) -> Running<'a> + Send + Sync>;

/// Event → jobs, and how each job is run.
#[derive(Default)]
pub struct Reactions {
    follow: HashMap<&'static str, Vec<Follow>>,
    run: HashMap<&'static str, Run>,
    lanes: HashMap<&'static str, Lane>,
    chores: Vec<fn() -> serde_json::Result<Queued>>,
}

impl Reactions {
    /// Declares that `then` follows whenever the event happens.
    #[must_use]
    pub fn on<E: Event, J: Job>(mut self, then: fn(&E) -> J) -> Self {
        let follow: Follow = Box::new(move |event| {
            let event = event.downcast_ref::<E>().expect("filed under its own name");
            Queued::of(&then(event))
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

    /// Returns the jobs that follow from an event.
    pub fn to<'a, E: Event>(&'a self, event: &'a E) -> impl Iterator<Item = serde_json::Result<Queued>> + 'a {
        self.follow
            .get(E::NAME)
            .into_iter()
            .flatten()
            .map(move |follow| follow(event))
    }

    /// Runs a job by its name; `None` when no such job is known.
    pub fn run<'a>(&'a self, name: &str, app: &'a App, args: &'a str) -> Option<Running<'a>> {
        self.run.get(name).map(|run| run(app, args))
    }
}
