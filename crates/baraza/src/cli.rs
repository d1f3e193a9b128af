//! The command line: what each subcommand is called, and the one line that does it.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts, billboard, catalog, collect, contracts, dashboards, demo, indicators, places,
    platform::{
        app::App,
        config::{Config, Settings},
        http, jobs, message,
        op::{Grant, Op},
        out,
        time::Clock,
    },
    reactions, requests, router, scorecards,
};

/// Collect evidence, publish it, and be held to what was promised because of it.
#[derive(Parser)]
#[command(name = "baraza", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
    /// Settings file (TOML); flags and BARAZA_* win over it.
    #[arg(long, env = "BARAZA_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document on standard output.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and APIs, and work off jobs, in one process.
    Serve {
        /// Leave the jobs to another process (`baraza work`).
        #[arg(long)]
        no_worker: bool,
    },
    /// Work off jobs without serving pages.
    Work,
    /// Bring the database up to date.
    Migrate,
    /// Print the settings in force and check database, store, clock, gateways and free disk.
    Doctor,
    /// Fill an empty data folder with an invented sample regency.
    Demo(demo::cli::DemoArgs),
    /// Take in lists of places.
    #[command(subcommand)]
    Place(places::cli::Command),
    /// Take in datasets, and give them out.
    #[command(subcommand)]
    Dataset(catalog::cli::Command),
    /// Ask one question over the tables of the catalogue.
    Sql {
        /// A SELECT; tables are called like their datasets, with _ for -.
        question: String,
    },
    /// Load, count and print indicators.
    #[command(subcommand)]
    Indicator(indicators::cli::Command),
    /// Take in requests, profiles and services.
    #[command(subcommand)]
    Request(requests::cli::Command),
    /// Take in the facilities of score cards.
    #[command(subcommand)]
    Scorecards(scorecards::cli::Command),
    /// Print the billboards of villages as one PDF.
    Billboard(billboard::cli::BillboardArgs),
    /// Look into contracts told by the Open Contracting Data Standard (OCDS).
    #[command(subcommand)]
    Contract(contracts::cli::Command),
    /// Convert and publish forms.
    #[command(subcommand)]
    Form(FormCommand),
    /// Look after tables.
    #[command(subcommand)]
    Table(TableCommand),
    /// Bring projects from another server.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Add people, change what they may do, and close their accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Make tokens for programs and field devices.
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Subcommand)]
enum FormCommand {
    /// Convert a workbook (XLSForm) to an XForm on standard output.
    Convert {
        /// .xlsx, .xls, .csv or .md
        file: PathBuf,
        /// Name of the form's root, where the workbook gives none.
        #[arg(long, value_name = "NAME")]
        form_name: Option<String>,
    },
    /// Publish a workbook or XForm with its files; prints project and form.
    Publish {
        file: PathBuf,
        /// Name of the project, which is added if there is none.
        #[arg(long, value_name = "NAME")]
        project: String,
        /// Organisation a new project belongs to; who has a role within another does not read what is filed.
        #[arg(long, value_name = "CODE")]
        organization: Option<String>,
        /// A file the form names; may be given more than once.
        #[arg(long, value_name = "FILE")]
        attachment: Vec<PathBuf>,
    },
    /// Erase a submission: answers, corrections, files, and its rows in the tables.
    EraseSubmission {
        /// The id it was first filed under: uuid:…
        instance: String,
        /// Name of the project.
        #[arg(long, value_name = "NAME")]
        project: String,
        /// The form's own id (xmlFormId).
        #[arg(long, value_name = "ID")]
        form: String,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Erase forms that were begun in a browser and left alone.
    EraseDrafts {
        /// Days for which nobody touched them.
        #[arg(long, value_name = "N")]
        older_than_days: u32,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Put all rows of a form into its tables again.
    TabulateAgain {
        /// Name of the project.
        #[arg(long, value_name = "NAME")]
        project: String,
        /// The form's own id (xmlFormId).
        #[arg(long, value_name = "ID")]
        form: String,
    },
}

#[derive(Subcommand)]
enum TableCommand {
    /// Remove versions of a dataset's tables that are no longer shown; what was erased is then gone from them, too.
    Vacuum {
        /// The dataset's slug.
        dataset: String,
        /// Keep versions younger than this many days; 0 keeps only the newest, and then nothing may be written meanwhile.
        #[arg(long, value_name = "N", default_value_t = 7)]
        keep_days: u32,
        /// Remove also the versions that releases of indicators were counted from; those can then not be counted again.
        #[arg(long)]
        of_releases: bool,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Bring projects, forms, submissions and entities from an ODK Central over its own API; run it again to go on.
    Central {
        /// Address of the other server: https://odk.example.org
        url: String,
        /// E-mail of an administrator there.
        #[arg(long)]
        email: String,
        /// Read the password there from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Number of a project there; may be given more than once. Without it, all.
        #[arg(long, value_name = "N")]
        project: Vec<i64>,
        /// Leave the files that came with submissions for a later run.
        #[arg(long)]
        without_media: bool,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a person.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// ROLE or ROLE@PLACE, e.g. enumerator@35.22.01.2001; may be given more than once.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// Organisation the roles are for.
        #[arg(long)]
        org: Option<String>,
        /// Read the password from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give a person a role; they sign in again and make new tokens.
    Grant {
        #[arg(long)]
        email: String,
        /// ROLE or ROLE@PLACE
        #[arg(long)]
        role: String,
        /// Organisation the role is for.
        #[arg(long)]
        org: Option<String>,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Take a role away; sessions and tokens end.
    Revoke {
        #[arg(long)]
        email: String,
        /// ROLE or ROLE@PLACE, as it was given.
        #[arg(long)]
        role: String,
        /// Organisation the role is for.
        #[arg(long)]
        org: Option<String>,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Set another password; sessions and tokens end.
    Password {
        #[arg(long)]
        email: String,
        /// Read the password from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Close an account for good; its e-mail is free for another.
    Close {
        #[arg(long)]
        email: String,
        /// Why; it is kept in the audit trail.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print it, this once.
    Create {
        #[arg(long)]
        email: String,
        /// Days until it expires; without it, it does not.
        #[arg(long)]
        days: Option<u32>,
    },
}

/// Runs the command line; errors go to standard error, one or more lines that name the place and the remedy.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // A conversion needs neither settings nor threads, and is done before they would have begun.
    if let Command::Form(FormCommand::Convert { file, form_name }) = cli.command {
        return end(convert_form(&file, form_name, Print { json: cli.json }));
    }
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: start the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    end(runtime.block_on(run(cli)))
}

fn end(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_unread(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether a command stopped because nobody reads its output on, as behind `| head`.
fn is_unread(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(out::is_unread)
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let config = Config::settle(cli.settings, cli.config.as_deref())?;
    let print = Print { json: cli.json };
    match cli.command {
        Command::Serve { no_worker } => serve(config, no_worker).await,
        Command::Work => work(open(config).await?).await,
        Command::Migrate => open(config)
            .await
            .map(|_| print.done("the database is up to date")),
        Command::Doctor => crate::platform::doctor::report(config, print.json).await,
        Command::Demo(args) => {
            demo::cli::refuse_used_folder(&config.data)?;
            demo::cli::run(&open(config).await?, args, print.json).await
        }
        Command::Place(command) => places::cli::run(&open(config).await?, command, print.json).await,
        Command::Dataset(command) => catalog::cli::run(&open(config).await?, command, print.json).await,
        Command::Sql { question } => catalog::cli::ask(&open(config).await?, &question, print.json).await,
        Command::Indicator(command) => indicators::cli::run(&open(config).await?, command, print.json).await,
        Command::Request(command) => requests::cli::run(&open(config).await?, command, print.json).await,
        Command::Scorecards(command) => scorecards::cli::run(&open(config).await?, command, print.json).await,
        Command::Billboard(args) => billboard::cli::run(&open(config).await?, args, print.json).await,
        Command::Contract(command) => contracts::cli::run(&command),
        Command::Form(FormCommand::Convert { file, form_name }) => convert_form(&file, form_name, print),
        Command::Form(FormCommand::Publish {
            file,
            project,
            organization,
            attachment,
        }) => {
            let app = open(config).await?;
            let published =
                collect::cli::publish(&app, &file, &project, organization.as_deref(), &attachment).await?;
            print_published(&published, print);
            Ok(())
        }
        Command::Form(FormCommand::EraseSubmission {
            instance,
            project,
            form,
            why,
        }) => {
            let app = open(config).await?;
            let op = Op::system(app.clock.now()).because(&why)?;
            let form = find_form(&app, &project, &form).await?;
            let erased = erase_submission(&app, &op, &form, &instance).await?;
            print.done(&format!(
                "{erased} submission(s) erased with their files; \
                 older versions of the tables hold the rows until: baraza table vacuum --of-releases"
            ));
            Ok(())
        }
        Command::Form(FormCommand::EraseDrafts { older_than_days, why }) => {
            let app = open(config).await?;
            let op = Op::system(app.clock.now()).because(&why)?;
            let n = collect::erase_drafts(&app, &op, days(older_than_days)).await?;
            print.done(&format!("{n} drafts erased"));
            Ok(())
        }
        Command::Form(FormCommand::TabulateAgain { project, form }) => {
            let app = open(config).await?;
            let form = find_form(&app, &project, &form).await?;
            collect::tabulate_again(&app, &Op::system(app.clock.now()), &form).await?;
            print.done("queued: the worker makes the tables again");
            Ok(())
        }
        Command::Table(TableCommand::Vacuum {
            dataset,
            keep_days,
            of_releases,
            why,
        }) => {
            let app = open(config).await?;
            let op = Op::system(app.clock.now()).because(&why)?;
            let needed = if of_releases {
                BTreeMap::new()
            } else {
                indicators::releases::versions_needed(&app).await?
            };
            let n = catalog::vacuum(&app, &op, &dataset, days(keep_days), &needed).await?;
            print.done(&format!("{n} files removed"));
            Ok(())
        }
        Command::Import(ImportCommand::Central {
            url,
            email,
            password_stdin: _,
            project,
            without_media,
        }) => {
            let wanted = collect::import::Wanted {
                url,
                email,
                password: read_password()?,
                projects: project,
                with_media: !without_media,
            };
            import_central(&open(config).await?, wanted, print).await
        }
        Command::User(UserCommand::Grant {
            email,
            role,
            org,
            why,
        }) => {
            let app = open(config).await?;
            let known = places::all(&app).await?;
            let org = known_organisation(&app, org.as_deref()).await?;
            let grant = accounts::model::parse_grant(&role, org, &known)?;
            change_user(&app, &email, &why, Change::Grant(grant)).await?;
            print.done("given");
            Ok(())
        }
        Command::User(UserCommand::Revoke {
            email,
            role,
            org,
            why,
        }) => {
            let (role, place) = match role.split_once('@') {
                Some((role, place)) => (role, Some(place.to_owned())),
                None => (role.as_str(), None),
            };
            let role = role.parse()?;
            change_user(
                &open(config).await?,
                &email,
                &why,
                Change::Revoke(Grant { role, place, org }),
            )
            .await?;
            print.done("taken away");
            Ok(())
        }
        Command::User(UserCommand::Password {
            email,
            password_stdin: _,
            why,
        }) => {
            let password = accounts::model::Password::parse(read_password()?)?;
            change_user(&open(config).await?, &email, &why, Change::Password(password)).await?;
            print.done("set");
            Ok(())
        }
        Command::User(UserCommand::Close { email, why }) => {
            change_user(&open(config).await?, &email, &why, Change::Close).await?;
            print.done("closed");
            Ok(())
        }
        Command::User(UserCommand::Add {
            email,
            name,
            role,
            org,
            password_stdin: _,
        }) => {
            let user = add_user(&open(config).await?, &email, &name, &role, org).await?;
            print.value("user", &user);
            Ok(())
        }
        Command::Token(TokenCommand::Create { email, days }) => {
            let secret = create_token(&open(config).await?, &email, days).await?;
            print.value("token", &secret);
            Ok(())
        }
    }
}

/// Opens the parts of the program as every command needs them.
///
/// # Errors
/// When one cannot be opened.
pub async fn open(config: Config) -> anyhow::Result<App> {
    App::open(config, Clock::system(), reactions::all()).await
}

async fn serve(config: Config, no_worker: bool) -> anyhow::Result<()> {
    let listen = config.listen;
    let app = open(config).await?;
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!("listen on {listen}: is another program using the port? Choose one with --listen")
    })?;
    let stop = stop_on_signal(app.stopping.clone());
    crate::say!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(requests::board::warm(app.clone()));
    tokio::spawn(catalog::warm(app.clone()));
    if let Some(listen) = app.config.pg_listen {
        let listener = catalog::wire::listen(&app, listen).await?;
        crate::say!("listening for PostgreSQL clients on {}", listener.local_addr()?);
        tokio::spawn(catalog::wire::serve(app.clone(), listener, stop.clone()));
    }
    let serving = http::serve(listener, router(&app), stop.clone());
    if no_worker {
        serving.await?;
    } else {
        let (served, (), (), (), (), ()) = tokio::join!(
            serving,
            jobs::work(&app, &stop),
            message::tend(&app, &stop),
            dashboards::live::mqtt::tend(&app, &stop),
            requests::jobs::keep_time(&app, &stop),
            catalog::workflow::keep_time(&app, &stop)
        );
        served?;
    }
    app.db.close().await;
    Ok(())
}

async fn work(app: App) -> anyhow::Result<()> {
    crate::say!("working");
    let stop = stop_on_signal(app.stopping.clone());
    tokio::join!(
        jobs::work(&app, &stop),
        message::tend(&app, &stop),
        dashboards::live::mqtt::tend(&app, &stop),
        requests::jobs::keep_time(&app, &stop),
        catalog::workflow::keep_time(&app, &stop)
    );
    app.db.close().await;
    Ok(())
}

fn convert_form(file: &Path, form_name: Option<String>, print: Print) -> anyhow::Result<()> {
    let (xform, warnings) = collect::cli::convert(file, form_name)?;
    for warning in &warnings {
        eprintln!("warning: {warning}");
    }
    if print.json {
        crate::say!("{}", serde_json::json!({ "xform": xform, "warnings": warnings }));
    } else {
        crate::say!("{xform}");
    }
    Ok(())
}

/// Brings what another server has; ends well only when nothing is different here.
async fn import_central(app: &App, wanted: collect::import::Wanted, print: Print) -> anyhow::Result<()> {
    let report = collect::import::from_central(app, wanted, &|far| eprintln!("{far}")).await?;
    if print.json {
        crate::say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        crate::say!("{}", report.to_string().trim_end());
    }
    anyhow::ensure!(
        report.is_whole(),
        "some things are different here, see \"different\" in the report; run it again, or compare by hand"
    );
    Ok(())
}

fn print_published(form: &collect::cli::PublishedForm, print: Print) {
    for warning in &form.warnings {
        eprintln!("warning: {warning}");
    }
    for missing in &form.missing_files {
        eprintln!(
            "warning: the form names {missing}, which nobody has given yet: publish again with --attachment {missing}"
        );
    }
    if print.json {
        crate::say!(
            "{}",
            serde_json::json!({ "project": form.project, "xmlFormId": form.form_id, "version": form.version, "path": form.path })
        );
    } else {
        crate::say!("{} {}", form.project, form.form_id);
    }
}

fn days(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 24 * 3600)
}

async fn find_form(app: &App, project: &str, form: &str) -> anyhow::Result<collect::model::Form> {
    let projects = collect::list_projects(app).await?;
    let found = projects
        .iter()
        .find(|known| known.name == project || known.slug == project);
    let found = found.with_context(|| format!("there is no project {project:?}; see desk → forms"))?;
    Ok(collect::form(app, found.id, form).await?)
}

/// Erases a submission, its rows and those of its files that nothing else needs; returns how many edits it had.
///
/// # Errors
/// When there is no such submission, or a part of it cannot be removed.
pub async fn erase_submission(
    app: &App,
    op: &Op,
    form: &collect::model::Form,
    instance: &str,
) -> anyhow::Result<usize> {
    let erased = collect::erase_submission(app, op, form, instance).await?;
    for blob in &erased.blobs {
        if !catalog::holds_blob(app, blob).await? {
            app.blobs.remove(blob).await?;
        }
    }
    Ok(erased.n_submissions)
}

/// What becomes of an account.
enum Change {
    Grant(Grant),
    Revoke(Grant),
    Password(accounts::model::Password),
    Close,
}

async fn change_user(app: &App, email: &str, why: &str, change: Change) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now()).because(why)?;
    let user = accounts::find_user(app, email)
        .await?
        .with_context(|| format!("nobody has the e-mail {email}"))?;
    let mut tx = app.db.begin().await?;
    match change {
        Change::Grant(grant) => accounts::grant(&mut tx, &op, &user, &grant).await?,
        Change::Revoke(grant) => accounts::revoke(&mut tx, &op, &user, &grant).await?,
        Change::Password(password) => accounts::reset_password(&mut tx, &op, &user, password).await?,
        Change::Close => accounts::close_user(&mut tx, &op, &user).await?,
    }
    Ok(tx.commit().await?)
}

fn read_password() -> anyhow::Result<String> {
    let mut password = String::new();
    std::io::stdin()
        .read_to_string(&mut password)
        .context("read the password from standard input")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

async fn add_user(
    app: &App,
    email: &str,
    name: &str,
    roles: &[String],
    org: Option<String>,
) -> anyhow::Result<String> {
    let new = accounts::model::NewUser::parse(email, name, Some(read_password()?))?;
    let places = places::all(app).await?;
    let org = known_organisation(app, org.as_deref()).await?;
    let grants = roles
        .iter()
        .map(|role| accounts::model::parse_grant(role, org.clone(), &places))
        .collect::<Result<Vec<_>, _>>()?;
    let op = Op::system(app.clock.now());
    let mut tx = app.db.begin().await?;
    let user = accounts::add_user(&mut tx, &op, new, &grants).await?;
    tx.commit().await?;
    Ok(user)
}

/// The code of the organisation that a role is for; one that nobody has entered is refused.
async fn known_organisation(app: &App, text: Option<&str>) -> anyhow::Result<Option<String>> {
    let known = accounts::list_organisations(app).await?;
    Ok(accounts::model::parse_organisation(
        text.unwrap_or_default(),
        &known,
    )?)
}

async fn create_token(app: &App, email: &str, days: Option<u32>) -> anyhow::Result<String> {
    let user = accounts::find_user(app, email).await?.with_context(|| {
        format!("nobody has the e-mail {email}; add them with: baraza user add --email {email} …")
    })?;
    let op = Op::system(app.clock.now());
    let mut tx = app.db.begin().await?;
    let secret = accounts::create_token(&mut tx, &op, &user, "command line", days, &[]).await?;
    tx.commit().await?;
    Ok(secret)
}

/// How results reach standard output: as a line, or as one JSON document.
#[derive(Clone, Copy)]
pub struct Print {
    pub json: bool,
}

impl Print {
    /// Prints one value under a name; alone on its line when not JSON.
    pub fn value(self, name: &str, value: &str) {
        if self.json {
            crate::say!("{}", serde_json::json!({ name: value }));
        } else {
            crate::say!("{value}");
        }
    }

    /// Says that something is done.
    pub fn done(self, sentence: &str) {
        if self.json {
            crate::say!("{}", serde_json::json!({ "done": true }));
        } else {
            crate::say!("{sentence}");
        }
    }
}

/// Returns what is cancelled on Ctrl-C and on SIGTERM.
fn stop_on_signal(stop: CancellationToken) -> CancellationToken {
    let cancel = stop.clone();
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        eprintln!("stopping: finishing what is in hand");
        cancel.cancel();
    });
    stop
}

/// Writes structured log lines to standard error: plain on a terminal, JSON elsewhere. `BARAZA_LOG` sets what is kept.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BARAZA_LOG")
        .unwrap_or_else(|_| "warn,baraza=info".into());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}
