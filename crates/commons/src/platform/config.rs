//! Settings: flags first, then `BARAZA_*` in the environment, then the file, then what stands here.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use serde::{Deserialize, Serialize};
use url::Url;

/// The settings somebody gave; what is `None` takes its default in [`Config`].
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folder that holds the database, the tables and the files.
    #[arg(long, env = "BARAZA_DATA", global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database, if not the SQLite file in the data folder: postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "BARAZA_DATABASE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// Folder of tables and files, if not in the data folder: its path, or file:///PATH
    #[arg(
        long,
        env = "BARAZA_STORE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub store_url: Option<String>,
    /// Address and port to listen on.
    #[arg(long, env = "BARAZA_LISTEN", global = true, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Address people type, e.g. https://data.example.go.id; needed behind a proxy.
    #[arg(long, env = "BARAZA_BASE_URL", global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Name of the government, shown on every page.
    #[arg(long, env = "BARAZA_NAME", global = true, value_name = "TEXT")]
    pub name: Option<String>,
    /// Time zone of the place, e.g. Asia/Jakarta.
    #[arg(long, env = "BARAZA_TIME_ZONE", global = true, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Language when the reader asks for none: en or id.
    #[arg(long, env = "BARAZA_LANGUAGE", global = true, value_name = "LANG")]
    pub language: Option<String>,
    /// Requests a minute from one caller; 0 sets no limit.
    #[arg(long, env = "BARAZA_RATE_LIMIT", global = true, value_name = "N")]
    pub rate_limit: Option<u32>,
    /// Largest upload in mebibytes.
    #[arg(long, env = "BARAZA_UPLOAD_LIMIT", global = true, value_name = "MIB")]
    pub upload_limit: Option<u64>,
    /// Days that unsent answers of a form in the browser are kept after the last change.
    #[arg(long, env = "BARAZA_DRAFT_DAYS", global = true, value_name = "N")]
    pub draft_days: Option<u32>,
    /// Trust X-Forwarded-For and X-Forwarded-Proto: set to true only behind your own proxy.
    #[arg(long, env = "BARAZA_BEHIND_PROXY", global = true, value_name = "BOOL")]
    pub behind_proxy: Option<bool>,
    /// File with the key that contacts and messages are sealed with; made when missing.
    #[arg(long, env = "BARAZA_SECRET_FILE", global = true, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Country code of telephone numbers that are written without one, e.g. 62.
    #[arg(long, env = "BARAZA_PHONE_PREFIX", global = true, value_name = "DIGITS")]
    pub phone_prefix: Option<String>,
    /// Gateway for text messages (Kannel): http://USER:PASSWORD@HOST:13013/cgi-bin/sendsms
    #[arg(
        long,
        env = "BARAZA_SMS_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub sms_url: Option<String>,
    /// Number or name that text messages come from.
    #[arg(long, env = "BARAZA_SMS_FROM", global = true, value_name = "NUMBER")]
    pub sms_from: Option<String>,
    /// Server that takes mail: smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://USER:PASSWORD@HOST
    #[arg(
        long,
        env = "BARAZA_SMTP_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Sender of mail, e.g. "Kabupaten Bojonegoro <lapor@bojonegoro.go.id>".
    #[arg(long, env = "BARAZA_MAIL_FROM", global = true, value_name = "SENDER")]
    pub mail_from: Option<String>,
    /// Mailbox that people write to: imaps://USER:PASSWORD@HOST/INBOX or imap:// (STARTTLS)
    #[arg(
        long,
        env = "BARAZA_IMAP_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub imap_url: Option<String>,
    /// Secret in the addresses that SMS and USSD gateways call; made from the key file when missing.
    #[arg(
        long,
        env = "BARAZA_CHANNEL_SECRET",
        global = true,
        value_name = "TEXT",
        hide_env_values = true
    )]
    pub channel_secret: Option<String>,
    /// IP addresses that SMS and USSD gateways may call from, with commas between them.
    #[arg(long, env = "BARAZA_CHANNEL_SOURCES", global = true, value_name = "ADDRS")]
    pub channel_sources: Option<String>,
    /// Address at which gateways of our own network reach this program, if not base_url.
    #[arg(long, env = "BARAZA_CALLBACK_URL", global = true, value_name = "URL")]
    pub callback_url: Option<String>,
    /// Program that makes PDFs, if not baraza-typeset beside this one.
    #[arg(long, env = "BARAZA_TYPESET", global = true, value_name = "FILE")]
    pub typeset: Option<PathBuf>,
    /// Take requests of Open311 programs that show no key.
    #[arg(long, env = "BARAZA_REQUESTS_WITHOUT_KEY", global = true, value_name = "BOOL")]
    pub requests_without_key: Option<bool>,
    /// Who looks at data before everybody can read them: none, steward, or approver for a steward and an approver.
    #[arg(long, env = "BARAZA_REVIEW", global = true, value_name = "WHO")]
    pub review: Option<String>,
    /// Address and port at which PostgreSQL's clients may ask SQL, e.g. 127.0.0.1:5433; nobody may when it is not set.
    #[arg(long, env = "BARAZA_PG_LISTEN", global = true, value_name = "ADDR")]
    pub pg_listen: Option<SocketAddr>,
    /// Certificate (PEM) for PostgreSQL's clients; without one they are let in from this machine only.
    #[arg(long, env = "BARAZA_PG_CERTIFICATE", global = true, value_name = "FILE")]
    pub pg_certificate: Option<PathBuf>,
    /// Private key (PEM) of the certificate for PostgreSQL's clients.
    #[arg(long, env = "BARAZA_PG_KEY", global = true, value_name = "FILE")]
    pub pg_key: Option<PathBuf>,
    /// Broker that sensors send their readings to: mqtts://USER:PASSWORD@HOST, or mqtt:// without a password
    #[arg(
        long,
        env = "BARAZA_MQTT_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub mqtt_url: Option<String>,
    /// Pages with live values or news that one address may have open; 0 sets no limit.
    #[arg(long, env = "BARAZA_LIVE_PER_CALLER", global = true, value_name = "N")]
    pub live_per_caller: Option<usize>,
    /// People in a group from which on it is told apart, in score cards, notes and meetings; at least 2.
    #[arg(
        long,
        env = "BARAZA_SCORECARDS_MINIMUM_GROUP",
        global = true,
        value_name = "N"
    )]
    pub scorecards_minimum_group: Option<u32>,
}

/// The settings in force.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    pub data: PathBuf,
    #[serde(serialize_with = "without_password")]
    pub database_url: String,
    #[serde(serialize_with = "without_password")]
    pub store_url: String,
    pub listen: SocketAddr,
    pub base_url: String,
    pub name: String,
    pub time_zone: String,
    pub language: String,
    pub rate_limit: u32,
    pub upload_limit_bytes: u64,
    pub draft_days: u32,
    pub behind_proxy: bool,
    pub secret_file: PathBuf,
    pub phone_prefix: String,
    #[serde(serialize_with = "perhaps_without_password")]
    pub sms_url: Option<Url>,
    pub sms_from: Option<String>,
    #[serde(serialize_with = "perhaps_without_password")]
    pub smtp_url: Option<Url>,
    pub mail_from: Option<String>,
    #[serde(serialize_with = "perhaps_without_password")]
    pub imap_url: Option<Url>,
    #[serde(skip)]
    pub channel_secret: Option<String>,
    pub channel_sources: Vec<IpAddr>,
    pub callback_url: String,
    pub typeset: Option<PathBuf>,
    pub requests_without_key: bool,
    /// `none`, `steward` or `approver`.
    pub review: String,
    pub pg_listen: Option<SocketAddr>,
    /// Certificate and private key, in PEM.
    pub pg_tls: Option<(PathBuf, PathBuf)>,
    #[serde(serialize_with = "perhaps_without_password")]
    pub mqtt_url: Option<Url>,
    pub live_per_caller: usize,
    pub scorecards_minimum_group: u32,
}

impl Config {
    /// Settles the settings: `given` (flags and environment) over the file over the defaults.
    ///
    /// # Errors
    /// When the file cannot be read, names an unknown setting, or a value makes no sense.
    pub fn settle(given: Settings, file: Option<&Path>) -> anyhow::Result<Config> {
        let filed = match file {
            Some(path) => read_file(path)?,
            None => Settings::default(),
        };
        let data = given
            .data
            .or(filed.data)
            .unwrap_or_else(|| PathBuf::from("baraza-data"));
        let listen = given
            .listen
            .or(filed.listen)
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let time_zone = given
            .time_zone
            .or(filed.time_zone)
            .unwrap_or_else(|| "Asia/Jakarta".into());
        jiff::tz::TimeZone::get(&time_zone).with_context(|| {
            format!("setting time_zone: {time_zone:?} is no known time zone; write it like Asia/Jakarta")
        })?;
        let store_url = given
            .store_url
            .or(filed.store_url)
            .unwrap_or_else(|| data.join("store").display().to_string());
        folder_of(&store_url)?;
        let base_url = given
            .base_url
            .or(filed.base_url)
            .unwrap_or_else(|| format!("http://{listen}"));
        anyhow::ensure!(
            base_url.starts_with("http://") || base_url.starts_with("https://"),
            "setting base_url: {base_url:?} must begin with http:// or https://"
        );
        let draft_days = given.draft_days.or(filed.draft_days).unwrap_or(30);
        anyhow::ensure!(
            (1..=3650).contains(&draft_days),
            "setting draft_days: {draft_days} is not from 1 to 3650"
        );
        let base_url = base_url.trim_end_matches('/').to_owned();
        let secret_file = given
            .secret_file
            .or(filed.secret_file)
            .unwrap_or_else(|| data.join("secret.key"));
        let phone_prefix = given
            .phone_prefix
            .or(filed.phone_prefix)
            .unwrap_or_else(|| "62".into());
        anyhow::ensure!(
            !phone_prefix.is_empty() && phone_prefix.bytes().all(|byte| byte.is_ascii_digit()),
            "setting phone_prefix: {phone_prefix:?} must be digits only, like 62"
        );
        let smtp_url = url_of("smtp_url", given.smtp_url.or(filed.smtp_url), &["smtp", "smtps"])?;
        let mail_from = given.mail_from.or(filed.mail_from);
        if let Some(sender) = &mail_from {
            sender.parse::<lettre::message::Mailbox>().map_err(|_| {
                anyhow::anyhow!("setting mail_from: {sender:?} must look like Name <name@example.org>")
            })?;
        }
        anyhow::ensure!(
            smtp_url.is_none() || mail_from.is_some(),
            "setting mail_from is missing: mail sent through smtp_url needs a sender like Name <name@example.org>"
        );
        let channel_secret = given.channel_secret.or(filed.channel_secret);
        anyhow::ensure!(
            channel_secret.as_ref().is_none_or(|secret| {
                secret.len() >= 16
                    && secret
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            }),
            "setting channel_secret: use at least 16 letters, digits, - and _"
        );
        let scorecards_minimum_group = given
            .scorecards_minimum_group
            .or(filed.scorecards_minimum_group)
            .unwrap_or(5);
        anyhow::ensure!(
            scorecards_minimum_group >= 2,
            "setting scorecards_minimum_group: {scorecards_minimum_group} would show single people; give 2 or more"
        );
        let review = given.review.or(filed.review).unwrap_or_else(|| "approver".into());
        anyhow::ensure!(
            ["none", "steward", "approver"].contains(&review.as_str()),
            "setting review: {review:?} is not none, steward or approver"
        );
        let pg_tls = match (
            given.pg_certificate.or(filed.pg_certificate),
            given.pg_key.or(filed.pg_key),
        ) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => anyhow::bail!("settings pg_certificate and pg_key belong together: give both or none"),
        };
        let mqtt_url = url_of("mqtt_url", given.mqtt_url.or(filed.mqtt_url), &["mqtt", "mqtts"])?;
        anyhow::ensure!(
            mqtt_url.as_ref().is_none_or(|url| {
                url.scheme() == "mqtts"
                    || url.password().is_none()
                    || matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
            }),
            "setting mqtt_url: a password would leave this machine unprotected; write mqtts:// instead of mqtt://"
        );
        Ok(Config {
            mqtt_url,
            live_per_caller: given.live_per_caller.or(filed.live_per_caller).unwrap_or(50),
            scorecards_minimum_group,
            review,
            pg_listen: given.pg_listen.or(filed.pg_listen),
            pg_tls,
            sms_url: url_of("sms_url", given.sms_url.or(filed.sms_url), &["http", "https"])?,
            sms_from: given.sms_from.or(filed.sms_from),
            smtp_url,
            mail_from,
            imap_url: url_of("imap_url", given.imap_url.or(filed.imap_url), &["imap", "imaps"])?,
            channel_secret,
            channel_sources: addresses_of(
                given
                    .channel_sources
                    .or(filed.channel_sources)
                    .as_deref()
                    .unwrap_or("127.0.0.1,::1"),
            )?,
            callback_url: given
                .callback_url
                .or(filed.callback_url)
                .map_or_else(|| base_url.clone(), |url| url.trim_end_matches('/').to_owned()),
            typeset: given.typeset.or(filed.typeset),
            secret_file,
            phone_prefix,
            base_url,
            database_url: given
                .database_url
                .or(filed.database_url)
                .unwrap_or_else(|| format!("sqlite:{}?mode=rwc", data.join("baraza.db").display())),
            store_url,
            data,
            listen,
            name: given.name.or(filed.name).unwrap_or_else(|| "Baraza".into()),
            time_zone,
            language: given.language.or(filed.language).unwrap_or_else(|| "en".into()),
            rate_limit: given.rate_limit.or(filed.rate_limit).unwrap_or(3_000),
            upload_limit_bytes: given.upload_limit.or(filed.upload_limit).unwrap_or(4_096) * 1024 * 1024,
            draft_days,
            behind_proxy: given.behind_proxy.or(filed.behind_proxy).unwrap_or(false),
            requests_without_key: given
                .requests_without_key
                .or(filed.requests_without_key)
                .unwrap_or(false),
        })
    }

    /// Returns how long answers are kept after the last change when they are not sent.
    #[must_use]
    pub fn draft_life(&self) -> Duration {
        Duration::from_secs(u64::from(self.draft_days) * 24 * 60 * 60)
    }

    /// Returns the folder that holds tables and files.
    ///
    /// # Errors
    /// When the setting names no folder; [`Config::settle`] has refused that already.
    pub fn store(&self) -> anyhow::Result<PathBuf> {
        folder_of(&self.store_url)
    }

    /// Returns the calendar day at the place at a moment.
    #[must_use]
    pub fn day(&self, at: super::time::Time) -> jiff::civil::Date {
        self.zoned(at).date()
    }

    /// Returns a moment on the place's own clocks.
    #[must_use]
    pub fn zoned(&self, at: super::time::Time) -> jiff::Zoned {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        at.timestamp().to_zoned(zone)
    }

    /// Tells whether people reach the program over TLS, so that cookies may demand it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// The folder that a store URL names: a path, or `file:///PATH`.
fn folder_of(url: &str) -> anyhow::Result<PathBuf> {
    let folder = match url.split_once("://") {
        None => url,
        Some(("file", path)) if path.starts_with('/') => path,
        Some(("file", _)) => anyhow::bail!(
            "setting store_url: {url:?} names another machine; write file:///PATH with three slashes, or the path alone"
        ),
        Some((scheme, _)) => anyhow::bail!(
            "setting store_url: {scheme}:// cannot be used; tables and files lie in a folder: give its path, or file:///PATH"
        ),
    };
    anyhow::ensure!(
        !folder.is_empty(),
        "setting store_url: it is blank; give the path of a folder"
    );
    Ok(PathBuf::from(folder))
}

fn read_file(path: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("read the settings file {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("settings file {}", path.display()))
}

fn url_of(setting: &str, given: Option<String>, schemes: &[&str]) -> anyhow::Result<Option<Url>> {
    let Some(given) = given.filter(|url| !url.is_empty()) else {
        return Ok(None);
    };
    let url = Url::parse(&given)
        .with_context(|| format!("setting {setting}: {:?} is no address", hide_password(&given)))?;
    anyhow::ensure!(
        schemes.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()),
        "setting {setting}: {:?} must begin with {}:// and name a host",
        hide_password(&given),
        schemes.join(":// or ")
    );
    Ok(Some(url))
}

fn addresses_of(list: &str) -> anyhow::Result<Vec<IpAddr>> {
    list.split(',')
        .map(str::trim)
        .filter(|address| !address.is_empty())
        .map(|address| {
            address.parse().with_context(|| {
                format!("setting channel_sources: {address:?} is no IP address like 192.0.2.7")
            })
        })
        .collect()
}

fn perhaps_without_password<S: serde::Serializer>(
    url: &Option<Url>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match url {
        Some(url) => serializer.serialize_some(&hide_password(url.as_str())),
        None => serializer.serialize_none(),
    }
}

fn without_password<S: serde::Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hide_password(url))
}

/// Replaces the password of a URL by asterisks.
#[must_use]
pub fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let Some((credentials, host)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    match credentials.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("baraza.toml");
        std::fs::write(&file, "name = \"From file\"\nrate_limit = 5\n").expect("write");
        let given = Settings {
            name: Some("From flag".into()),
            ..Settings::default()
        };
        let config = Config::settle(given, Some(&file)).expect("settles");
        assert_eq!(
            (config.name.as_str(), config.rate_limit, config.language.as_str()),
            ("From flag", 5, "en")
        );
    }

    #[test]
    fn a_misspelt_setting_is_named_with_its_file() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("baraza.toml");
        std::fs::write(&file, "nmae = \"x\"\n").expect("write");
        let error = format!(
            "{:#}",
            Config::settle(Settings::default(), Some(&file)).expect_err("refused")
        );
        assert!(error.contains("baraza.toml") && error.contains("nmae"), "{error}");
    }

    #[test]
    fn a_store_is_a_folder_and_anything_else_is_refused_at_the_start() {
        let settle = |url: &str| {
            let given = Settings {
                store_url: Some(url.into()),
                ..Settings::default()
            };
            Config::settle(given, None).and_then(|config| config.store())
        };
        assert_eq!(
            settle("/srv/baraza").expect("a folder"),
            PathBuf::from("/srv/baraza")
        );
        assert_eq!(
            settle("file:///srv/baraza").expect("a folder"),
            PathBuf::from("/srv/baraza")
        );
        for wrong in [
            "s3://bucket/baraza",
            "https://store.test/baraza",
            "file://host/baraza",
            "",
        ] {
            let error = settle(wrong).expect_err(wrong).to_string();
            assert!(
                error.contains("store_url") && error.contains("path"),
                "{wrong}: {error}"
            );
        }
        assert!(
            settle("s3://bucket")
                .expect_err("refused")
                .to_string()
                .contains("s3://")
        );
    }

    #[test]
    fn a_gateway_that_makes_no_sense_is_refused_by_name_and_without_its_password() {
        let settle = |given| {
            Config::settle(given, None)
                .map(|_| ())
                .map_err(|error| format!("{error:#}"))
        };
        let error = settle(Settings {
            sms_url: Some("kannel://me:secret@127.0.0.1/".into()),
            ..Settings::default()
        })
        .expect_err("refused");
        assert!(error.contains("sms_url") && !error.contains("secret"), "{error}");
        let error = settle(Settings {
            smtp_url: Some("smtp://127.0.0.1:25".into()),
            ..Settings::default()
        })
        .expect_err("refused");
        assert!(error.contains("mail_from"), "{error}");
        let error = settle(Settings {
            channel_sources: Some("127.0.0.1, kannel".into()),
            ..Settings::default()
        })
        .expect_err("refused");
        assert!(error.contains("\"kannel\""), "{error}");
    }

    #[test]
    fn a_password_in_a_url_is_never_shown() {
        assert_eq!(
            hide_password("postgres://me:secret@host/db"),
            "postgres://me:***@host/db"
        );
    }
}
