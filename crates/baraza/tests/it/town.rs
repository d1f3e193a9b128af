//! One world for all tests of the product: a small regency with people in it, and a clock that stands still.
//!
//! `Town` speaks HTTP to the product's own router in-process. It runs on SQLite, and on PostgreSQL when
//! `BARAZA_TEST_POSTGRES` names a server. Dropping it fails the test if jobs remain queued or have died.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use baraza::{
    accounts::{self, model::NewUser},
    platform::{
        app::App,
        config::{Config, Settings},
        events::Reactions,
        jobs,
        op::{Grant, Op, Role},
        time::{Clock, Time},
    },
    reactions, router,
};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tower::ServiceExt;

/// The password of everybody in town.
pub const PASSWORD: &str = "tujuh gajah terbang";
/// Monday 2026-11-16, 09:00 in Jakarta.
pub const MONDAY_MORNING: Time = Time(1_794_794_400_000_000);

/// The world of a test.
pub struct Town {
    pub app: App,
    pub clock: Clock,
    router: Router,
    postgres: Option<(String, String)>,
    // Last, so that the folder outlives everything that writes into it.
    _folder: tempfile::TempDir,
}

impl Town {
    /// Founds a town: a migrated database, an administrator, nothing else.
    pub async fn new() -> Town {
        Town::with(Settings::default()).await
    }

    /// Founds a town with settings of its own.
    pub async fn with(settings: Settings) -> Town {
        Town::where_follows(settings, reactions::all()).await
    }

    /// Founds a town with settings and side effects of its own.
    pub async fn where_follows(settings: Settings, reactions: Reactions) -> Town {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let postgres = match std::env::var("BARAZA_TEST_POSTGRES") {
            Ok(server) => Some(copy_postgres(&server).await),
            Err(_) => {
                copy_sqlite(folder.path()).await;
                None
            }
        };
        let given = Settings {
            data: Some(folder.path().to_owned()),
            database_url: postgres.as_ref().map(|(server, name)| format!("{server}/{name}")),
            rate_limit: settings.rate_limit.or(Some(0)),
            typeset: settings.typeset.or_else(built_typeset),
            // Most tests are not about who looks at data first; those that are say so.
            review: settings.review.or(Some("none".into())),
            ..settings
        };
        let config = Config::settle(given, None).expect("settings make sense");
        let clock = Clock::stopped(MONDAY_MORNING);
        let app = App::open(config, clock.clone(), reactions)
            .await
            .expect("the app opens");
        let town = Town {
            router: router(&app),
            app,
            clock,
            postgres,
            _folder: folder,
        };
        town.add("admin@town.test", "Ibu Admin", &[grant(Role::Admin, None)])
            .await;
        town
    }

    /// Closes the program and opens it again on the same data.
    pub async fn opens_again(&mut self) {
        self.app.db.close().await;
        let config = (*self.app.config).clone();
        self.app = App::open(config, self.clock.clone(), reactions::all())
            .await
            .expect("the app opens again");
        self.router = router(&self.app);
    }

    /// Adds a person with the common password; returns their id.
    pub async fn add(&self, email: &str, name: &str, grants: &[Grant]) -> String {
        let op = self.system();
        let new = NewUser::parse(email, name, None).expect("a person");
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let user = accounts::add_user(&mut tx, &op, new, grants)
            .await
            .expect("added");
        sqlx::query("UPDATE user_account SET password_hash = $2 WHERE id = $1")
            .bind(&user)
            .bind(common_password_hash())
            .execute(tx.conn())
            .await
            .expect("a password");
        tx.commit().await.expect("committed");
        user
    }

    /// Returns the circumstances of work the program does by itself, now.
    pub fn system(&self) -> Op {
        Op::system(self.clock.now())
    }

    /// Returns somebody who is not signed in.
    pub fn stranger(&self) -> Visitor<'_> {
        Visitor {
            town: self,
            headers: HeaderMap::new(),
        }
    }

    /// Returns somebody with a role (at a place), added on first use, signed in by a token.
    pub async fn someone(&self, role: Role, place: Option<&str>) -> Visitor<'_> {
        let email = format!(
            "{role}{}@town.test",
            place.map(|place| format!("-{place}")).unwrap_or_default()
        );
        let user = match accounts::find_user(&self.app, &email).await.expect("looked up") {
            Some(user) => user,
            None => {
                self.add(&email, &format!("The {role}"), &[grant(role, place)])
                    .await
            }
        };
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let token = accounts::create_token(&mut tx, &self.system(), &user, "test", None, &[])
            .await
            .expect("a token");
        tx.commit().await.expect("committed");
        self.bearer(&token)
    }

    pub async fn admin(&self) -> Visitor<'_> {
        self.someone(Role::Admin, None).await
    }

    /// Returns somebody who shows a token.
    pub fn bearer(&self, token: &str) -> Visitor<'_> {
        self.stranger()
            .with_header("authorization", &format!("Bearer {token}"))
    }

    /// Signs in through the form and returns the visitor with the cookie.
    pub async fn signs_in(&self, email: &str) -> Visitor<'_> {
        let fields = [("email", email), ("password", PASSWORD), ("next", "/account")];
        let answer = self.stranger().submits("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = answer
            .headers
            .get(header::SET_COOKIE)
            .expect("a cookie")
            .to_str()
            .expect("text")
            .to_owned();
        self.stranger()
            .with_header("cookie", cookie.split(';').next().expect("a pair"))
    }

    /// Works off every job that is due.
    pub async fn run_jobs(&self) -> usize {
        jobs::run_due(&self.app).await.expect("the queue works")
    }

    /// Tells the reason why each dead job died.
    pub async fn dead_jobs(&self) -> Vec<String> {
        let dead = jobs::list_dead(&self.app, 100).await.expect("the queue works");
        dead.into_iter()
            .map(|job| format!("{}: {}", job.name, job.last_error.unwrap_or_default()))
            .collect()
    }

    /// Moves the clock.
    pub fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let (url, postgres) = (self.app.config.database_url.clone(), self.postgres.take());
        let is_failing = std::thread::panicking();
        // A runtime and a connection of its own: the test's runtime waits for this very drop.
        let open = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let open = list_open_jobs(&url).await;
                if let Some((server, name)) = postgres {
                    run_on(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
                }
                open
            })
        })
        .join()
        .expect("the town closes");
        if !is_failing {
            assert!(
                open.is_empty(),
                "jobs remain: call town.run_jobs()\n{}",
                open.join("\n")
            );
        }
    }
}

/// Lists jobs that wait, with the reason where they were tried in vain.
async fn list_open_jobs(url: &str) -> Vec<String> {
    let mut conn = sqlx::AnyConnection::connect(url)
        .await
        .expect("the database answers");
    let open: Vec<(String, Option<String>)> =
        // Every step of a request is told to somebody, and every entity is looked at for its likes; whoever tests a step need not
        // wait for that, unless it fails.
        sqlx::query_as(
            "SELECT name, last_error
             FROM job
             WHERE state <> 'dead'
               AND (name NOT LIKE 'requests.tell%' AND name <> 'collect.find-likely' AND name <> 'dashboards.check-rules' OR last_error IS NOT NULL)",
        )
            .fetch_all(&mut conn)
            .await
            .expect("lists");
    conn.close().await.expect("closed");
    open.into_iter()
        .map(|(name, error)| format!("{name}: {}", error.unwrap_or_default()))
        .collect()
}

/// Somebody with a browser or a program, who shows certain headers with every request.
#[derive(Clone)]
pub struct Visitor<'a> {
    town: &'a Town,
    headers: HeaderMap,
}

impl Visitor<'_> {
    /// Shows a header with every request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header"));
        self
    }

    pub async fn gets(&self, path: &str) -> Answer {
        self.sends("GET", path, "", Body::empty()).await
    }

    /// Sends a form as a browser would.
    pub async fn submits(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("a form");
        self.sends(
            "POST",
            path,
            "application/x-www-form-urlencoded",
            Body::from(body),
        )
        .await
    }

    pub async fn posts_json(&self, path: &str, json: &serde_json::Value) -> Answer {
        self.sends("POST", path, "application/json", Body::from(json.to_string()))
            .await
    }

    /// Sends a multipart form of parts: name, file name (empty for a plain field), content type, bytes.
    pub async fn posts_parts(&self, path: &str, parts: &[(&str, &str, &str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "----town7f3a";
        let mut body = Vec::new();
        for (name, file, kind, bytes) in parts {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes(),
            );
            if !file.is_empty() {
                body.extend_from_slice(format!("; filename=\"{file}\"\r\nContent-Type: {kind}").as_bytes());
            }
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.sends(
            "POST",
            path,
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            Body::from(body),
        )
        .await
    }

    pub async fn sends(&self, method: &str, path: &str, content_type: &str, body: Body) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "town.test");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if method != "GET" && method != "HEAD" {
            request = request.header(header::ORIGIN, "http://town.test");
        }
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let mut request = request.body(body).expect("a request");
        let address = SocketAddr::from((IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)), 40_000));
        request.extensions_mut().insert(ConnectInfo(address));
        self.town.answer(request).await
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// Asserts the status; shows the body when it differs.
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// Returns a role at a place.
pub fn grant(role: Role, place: Option<&str>) -> Grant {
    Grant {
        role,
        place: place.map(Into::into),
        org: None,
    }
}

/// The program that makes PDFs, as `cargo build -p baraza-typeset` left it; tests run one folder below.
fn built_typeset() -> Option<PathBuf> {
    let tests = std::env::current_exe().ok()?;
    Some(tests.parent()?.parent()?.join("baraza-typeset"))
}

fn common_password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        use argon2::{Argon2, PasswordHasher, password_hash::SaltString};
        let salt = SaltString::from_b64("dG93bnRvd250b3du").expect("a salt");
        Argon2::default()
            .hash_password(PASSWORD.as_bytes(), &salt)
            .expect("a hash")
            .to_string()
    })
}

/// Copies a database that was migrated once into the folder: milliseconds instead of migrations.
async fn copy_sqlite(folder: &Path) {
    static TEMPLATE: tokio::sync::OnceCell<tempfile::TempDir> = tokio::sync::OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let template = tempfile::tempdir().expect("a temporary folder");
            migrate(Settings {
                data: Some(template.path().to_owned()),
                ..Settings::default()
            })
            .await;
            template
        })
        .await;
    std::fs::copy(template.path().join("baraza.db"), folder.join("baraza.db"))
        .expect("the template is copied");
}

/// Makes a database on the server from a template that was migrated once; returns the server and the name.
async fn copy_postgres(server: &str) -> (String, String) {
    static TEMPLATE: tokio::sync::Mutex<Option<String>> = tokio::sync::Mutex::const_new(None);
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // The variable names the server's own database; each town gets one beside it.
    let server = server
        .trim_end_matches("/postgres")
        .trim_end_matches('/')
        .to_owned();
    // One at a time: a template in use cannot be copied.
    let mut template = TEMPLATE.lock().await;
    let name = match template.as_ref() {
        Some(name) => name.clone(),
        None => {
            let name = format!("town_template_{}", std::process::id());
            run_on(&server, format!("CREATE DATABASE {name}")).await;
            let folder = tempfile::tempdir().expect("a temporary folder");
            migrate(Settings {
                data: Some(folder.path().to_owned()),
                database_url: Some(format!("{server}/{name}")),
                ..Settings::default()
            })
            .await;
            template.insert(name).clone()
        }
    };
    let town = format!(
        "town_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::SeqCst)
    );
    run_on(&server, format!("CREATE DATABASE {town} TEMPLATE {name}")).await;
    (server, town)
}

async fn run_on(server: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut conn = sqlx::AnyConnection::connect(&format!("{server}/postgres"))
        .await
        .expect("PostgreSQL answers");
    conn.execute(AssertSqlSafe(sql))
        .await
        .expect("the statement runs");
    conn.close().await.expect("closed");
}

async fn migrate(given: Settings) {
    let config = Config::settle(given, None).expect("settings make sense");
    let app = App::open(config, Clock::stopped(MONDAY_MORNING), reactions::all())
        .await
        .expect("the app opens");
    app.db.close().await;
}
