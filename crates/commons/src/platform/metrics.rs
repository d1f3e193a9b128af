//! What an operator watches: counts and durations, without a name in them.

use std::{fmt::Write, sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use super::jobs::Counts;

/// The program's counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    jobs: Family<JobLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    job: String,
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("baraza");
        let requests = Family::default();
        let seconds: Family<RouteLabels, Histogram> =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 14)));
        let jobs = Family::default();
        registry.register(
            "http_requests",
            "Answered requests by route, method and status",
            requests.clone(),
        );
        registry.register("http_request_seconds", "Time to answer by route", seconds.clone());
        registry.register("jobs_done", "Jobs run by name and outcome", jobs.clone());
        Metrics {
            registry: Arc::new(registry),
            requests,
            seconds,
            jobs,
        }
    }
}

impl Metrics {
    /// Counts an answered request under its route's pattern, never its address.
    pub fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        self.requests
            .get_or_create(&RequestLabels {
                route: route.into(),
                method: method.into(),
                status,
            })
            .inc();
        self.seconds
            .get_or_create(&RouteLabels { route: route.into() })
            .observe(took.as_secs_f64());
    }

    /// Counts a job that was run.
    pub fn job_done(&self, job: &str, succeeded: bool) {
        let outcome = if succeeded { "ok" } else { "failed" };
        self.jobs
            .get_or_create(&JobLabels {
                job: job.into(),
                outcome,
            })
            .inc();
    }

    /// Writes everything in the OpenMetrics text format.
    #[must_use]
    pub fn text(&self, jobs: Counts, kept: tables::Kept) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "# TYPE baraza_jobs gauge\n# HELP baraza_jobs Jobs by state");
        for (state, n) in [
            ("queued", jobs.queued),
            ("running", jobs.running),
            ("dead", jobs.dead),
        ] {
            let _ = writeln!(text, "baraza_jobs{{state=\"{state}\"}} {n}");
        }
        for (name, about, n) in [
            (
                "baraza_tables_kept",
                "Versions of tables of which something is kept in memory",
                kept.n_tables,
            ),
            (
                "baraza_tables_kept_columns",
                "Columns of tables kept in memory",
                kept.n_columns,
            ),
            (
                "baraza_tables_kept_bytes",
                "Bytes that columns kept in memory take",
                kept.n_bytes,
            ),
            (
                "baraza_tables_kept_bytes_most",
                "Bytes that columns kept in memory may take",
                kept.most_bytes,
            ),
        ] {
            let _ = writeln!(text, "# TYPE {name} gauge\n# HELP {name} {about}\n{name} {n}");
        }
        let _ = encode(&mut text, &self.registry);
        text
    }
}
