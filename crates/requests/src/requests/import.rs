//! Taking in requests of another system: a CSV file with the field names of Open311, or of Boston's 311.
//!
//! Services and agencies it names are added. Instants of the past are fixed but nobody is told of them. The same file again
//! adds nothing. Rows that cannot be read are left out and told with their line.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Read,
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context;
use jiff::{civil::DateTime, tz::TimeZone};

use super::{
    RequestsImported, ServiceSaved, library,
    library::Library,
    model::{
        clock::Clock,
        profile::{Profile, Standard},
        request::{Channel, CloseKind, Kind, Position, Privacy, Request, State},
        service::{Responsible, Service},
        state::Rules,
    },
    store::{
        self,
        bulk::{MOST_ROWS, Row},
    },
};
use crate::{
    accounts,
    accounts::model::Organisation,
    places::boundaries::Point,
    platform::{app::App, code::Code, id, op::Op, time::Time, words::Words},
};

/// Rows of one transaction: long enough to share a flush, short enough to let others in between.
const PER_COMMIT: usize = 5_000;
/// Broken rows that are told one by one.
const MOST_TOLD: usize = 20;

/// What to take in, and how to read it.
#[derive(Debug, Clone)]
pub struct Source {
    /// CSV or CSV.gz.
    pub file: PathBuf,
    /// Name of the profile its services run by, where they are new.
    pub profile: String,
    /// Zone of times without an offset; none: the profile's.
    pub time_zone: Option<String>,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub n_added: u64,
    /// Rows that were taken in before.
    pub n_known: u64,
    pub n_broken: u64,
    /// The first of the broken rows: line and reason.
    pub broken: Vec<(u64, String)>,
    pub n_services: usize,
}

/// Our fields, and what other systems call them.
const FIELDS: [(Field, &[&str]); 14] = [
    (Field::Id, &["service_request_id", "case_enquiry_id"]),
    (Field::Status, &["status", "case_status"]),
    (Field::Notes, &["status_notes", "closure_reason"]),
    (Field::Service, &["service_code", "type", "service_name"]),
    (Field::ServiceName, &["service_name", "type"]),
    (Field::Group, &["group", "reason"]),
    (Field::Text, &["description", "case_title"]),
    (Field::Agency, &["agency_responsible", "department"]),
    (Field::Opened, &["requested_datetime", "open_dt"]),
    (
        Field::Closed,
        &["closed_datetime", "closed_dt", "updated_datetime"],
    ),
    (
        Field::Target,
        &["expected_datetime", "sla_target_dt", "target_dt"],
    ),
    (Field::Address, &["address", "location"]),
    (Field::Lat, &["lat", "latitude"]),
    (Field::Lon, &["long", "lon", "longitude"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Id,
    Status,
    Notes,
    Service,
    ServiceName,
    Group,
    Text,
    Agency,
    Opened,
    Closed,
    Target,
    Address,
    Lat,
    Lon,
}

/// Takes in a file; `told` hears how many rows were kept so far.
///
/// # Errors
/// When the file cannot be read or lacks a column; the message names it and the remedy. Broken rows are no error.
pub async fn import(
    app: &App,
    op: &Op,
    source: &Source,
    told: &(dyn Fn(u64) + Send + Sync),
) -> anyhow::Result<Imported> {
    op.require(&[crate::platform::op::Role::Admin])?;
    let library = library::current(app).await?;
    let profile = library
        .profiles()
        .get(&source.profile)
        .cloned()
        .with_context(|| {
            format!(
                "no profile {:?} is in force; load it first with: baraza request profile load {}",
                source.profile, source.profile
            )
        })?;
    let reader = Reader::open(source, library, profile, app.clock.now())?;
    let (send, mut chunks) = tokio::sync::mpsc::channel::<Chunk>(2);
    let reading = tokio::task::spawn_blocking(move || reader.read(&send));
    let mut imported = Imported::default();
    while let Some(chunk) = chunks.recv().await {
        keep(app, op, chunk, &mut imported).await?;
        told(imported.n_added + imported.n_known);
    }
    let (n_broken, broken) = reading.await.context("read the file")??;
    (imported.n_broken, imported.broken) = (n_broken, broken);
    let mut tx = app.db.begin().await?;
    let event = RequestsImported {
        file: source
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        n: imported.n_added,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    library::forget(app);
    Ok(imported)
}

/// Rows for one transaction, with the services and agencies first named in them.
struct Chunk {
    services: Vec<Service>,
    agencies: Vec<(String, String)>,
    rows: Vec<Row>,
}

async fn keep(app: &App, op: &Op, mut chunk: Chunk, imported: &mut Imported) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    if !chunk.agencies.is_empty() {
        let known: HashSet<String> = accounts::list_organisations(app)
            .await?
            .into_iter()
            .map(|o| o.code)
            .collect();
        for (code, name) in chunk.agencies.drain(..).filter(|(code, _)| !known.contains(code)) {
            let organisation = Organisation {
                code,
                name,
                about: None,
                contact: None,
            };
            accounts::save_organisation(&mut tx, op, &organisation).await?;
        }
    }
    for service in &chunk.services {
        store::save_service(&mut tx, service, op.at).await?;
        let saved = ServiceSaved {
            service: service.code.clone(),
        };
        tx.emit(op, &saved).await?;
    }
    imported.n_services += chunk.services.len();
    // Long files take their time: each chunk says when it came.
    let now = app.clock.now();
    while !chunk.rows.is_empty() {
        let rest = chunk.rows.split_off(chunk.rows.len().min(MOST_ROWS));
        let mut rows = std::mem::replace(&mut chunk.rows, rest);
        // A second look is needed only for a tracking code that was taken by chance.
        while !rows.is_empty() {
            let kept: HashSet<String> = store::bulk::insert(&mut tx, &rows, now)
                .await?
                .into_iter()
                .collect();
            let (added, left): (Vec<Row>, Vec<Row>) =
                rows.into_iter().partition(|row| kept.contains(&row.request.id));
            let closed: Vec<&Row> = added.iter().filter(|row| row.request.state.is_closed()).collect();
            store::bulk::insert_closings(&mut tx, &closed).await?;
            imported.n_added += added.len() as u64;
            rows = Vec::new();
            for mut row in left {
                if store::bulk::is_known(&mut tx, &row.delivery).await? {
                    imported.n_known += 1;
                } else {
                    row.request.code = Code::<8>::of(id::random()).plain();
                    rows.push(row);
                }
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Reads a file row by row.
struct Reader {
    csv: csv::Reader<Box<dyn Read + Send>>,
    columns: HashMap<Field, usize>,
    library: Arc<Library>,
    profile: Arc<Profile>,
    zone: TimeZone,
    now: Time,
    /// Services by code as the file names them: made on the way where they are new.
    services: HashMap<String, Arc<Service>>,
    agencies: BTreeMap<String, String>,
}

impl Reader {
    fn open(
        source: &Source,
        library: Arc<Library>,
        profile: Arc<Profile>,
        now: Time,
    ) -> anyhow::Result<Reader> {
        let path = source.file.display();
        let zone = match &source.time_zone {
            Some(name) => TimeZone::get(name).with_context(|| {
                format!("--time-zone {name:?} is no time zone; write it like America/New_York")
            })?,
            None => profile.calendar.zone().clone(),
        };
        let mut file = std::fs::File::open(&source.file).with_context(|| format!("open {path}"))?;
        let mut magic = [0; 2];
        let n = file.read(&mut magic).with_context(|| format!("read {path}"))?;
        let start = std::io::Cursor::new(magic[..n].to_vec());
        let whole = std::io::BufReader::with_capacity(1 << 18, start.chain(file));
        let bytes: Box<dyn Read + Send> = if magic == [0x1f, 0x8b] {
            Box::new(flate2::read::MultiGzDecoder::new(whole))
        } else {
            Box::new(whole)
        };
        let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let headers = csv
            .headers()
            .with_context(|| format!("{path}: read the first line"))?;
        let headers: Vec<String> = headers
            .iter()
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_lowercase())
            .collect();
        let columns: HashMap<Field, usize> = FIELDS
            .iter()
            .filter_map(|(field, names)| {
                let at = names
                    .iter()
                    .find_map(|name| headers.iter().position(|header| header == name))?;
                Some((*field, at))
            })
            .collect();
        for needed in [Field::Id, Field::Service, Field::Opened] {
            if !columns.contains_key(&needed) {
                let names = FIELDS
                    .iter()
                    .find(|(field, _)| *field == needed)
                    .map_or(String::new(), |(_, names)| names.join(" or "));
                anyhow::bail!("{path}: no column is called {names}; rename the column, or add it");
            }
        }
        let services = library
            .services()
            .iter()
            .map(|service| (service.code.clone(), service.clone()))
            .collect();
        Ok(Reader {
            csv,
            columns,
            library,
            profile,
            zone,
            now,
            services,
            agencies: BTreeMap::new(),
        })
    }

    /// Sends the rows on in chunks; returns how many were broken, and the first of them.
    fn read(mut self, send: &tokio::sync::mpsc::Sender<Chunk>) -> anyhow::Result<(u64, Vec<(u64, String)>)> {
        let (mut n_broken, mut broken) = (0, Vec::new());
        let mut chunk = Chunk::empty();
        let mut record = csv::StringRecord::new();
        loop {
            let line = self.csv.position().line();
            let read = match self.csv.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => self.row(&record, &mut chunk),
                Err(error) if error.is_io_error() => return Err(error).context("read the file"),
                Err(error) => Err(error.to_string()),
            };
            match read {
                Ok(row) => chunk.rows.push(row),
                Err(reason) => {
                    n_broken += 1;
                    if broken.len() < MOST_TOLD {
                        broken.push((line, reason));
                    }
                }
            }
            if chunk.rows.len() == PER_COMMIT
                && send
                    .blocking_send(std::mem::replace(&mut chunk, Chunk::empty()))
                    .is_err()
            {
                return Ok((n_broken, broken));
            }
        }
        // Whoever listens has gone only after a failure of its own, which it tells.
        let _ = send.blocking_send(chunk);
        Ok((n_broken, broken))
    }

    fn row(&mut self, record: &csv::StringRecord, chunk: &mut Chunk) -> Result<Row, String> {
        let cell = |field: Field| {
            self.columns
                .get(&field)
                .and_then(|at| record.get(*at))
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let moment = |field: Field| cell(field).map(|text| self.moment(text)).transpose();
        let number = cell(Field::Id)
            .ok_or("the number of the request is missing")?
            .to_owned();
        let opened_at = moment(Field::Opened)?.ok_or("the time it was opened is missing")?;
        let target = moment(Field::Target)?;
        let is_closed = cell(Field::Status).map(|status| status.eq_ignore_ascii_case("closed"));
        let closed_at = match is_closed {
            Some(false) => None,
            Some(true) => Some(moment(Field::Closed)?.unwrap_or(opened_at)),
            None => moment(Field::Closed)?,
        };
        let named = cell(Field::Service)
            .or_else(|| cell(Field::ServiceName))
            .ok_or("the service is missing")?;
        let title = cell(Field::ServiceName).unwrap_or(named).to_owned();
        let group = cell(Field::Group)
            .map(code_of)
            .unwrap_or_else(|| "imported".to_owned());
        let degrees = |field: Field| cell(field).and_then(|text| text.parse::<f64>().ok());
        let position = degrees(Field::Lat)
            .zip(degrees(Field::Lon))
            .and_then(|(lat, lon)| Position::new(lat, lon))
            .filter(|at| at.lat != 0.0 || at.lon != 0.0);
        let text = cell(Field::Text).unwrap_or(&title).replace('\0', "");
        let address = cell(Field::Address).map(str::to_owned);
        let note = cell(Field::Notes).map(str::to_owned);
        let agency_name = cell(Field::Agency).map(str::to_owned);
        let service_code = if self.services.contains_key(named) {
            named.to_owned()
        } else {
            code_of(named)
        };
        let agency = agency_name.map(|name| self.agency(&name, chunk));
        let service = self.service(&service_code, &title, &group, agency.as_deref(), chunk);
        let place = position.and_then(|at| {
            let point = Point {
                lat: at.lat,
                lon: at.lon,
            };
            self.library
                .places()
                .at(point)
                .map(|place| place.code().to_owned())
        });
        let state = closed_at.map_or(State::Open, |at| State::Closed {
            at,
            kind: CloseKind::Imported,
        });
        let (clock, level) = self.clock(&service, opened_at, closed_at);
        Ok(Row {
            delivery: format!("import:{number}"),
            note,
            request: Request {
                id: id::dated(opened_at),
                code: Code::<8>::of(id::random()).plain(),
                service: service.code.clone(),
                profile: self.profile.version.clone(),
                kind: Kind::Complaint,
                privacy: Privacy::Open,
                channel: Channel::Import,
                lang: "en".to_owned(),
                text,
                attributes: Vec::new(),
                place,
                position,
                address,
                agency,
                level,
                state,
                clock,
                opened_at,
                verify_by: None,
                answer_by: None,
                finish_by: target,
                verified_at: None,
                answered_at: None,
                n_pauses: 0,
                n_reopened: 0,
                n_transfers: 0,
                n_supporters: 0,
                post: None,
                joined_to: None,
                revision: 0,
            },
        })
    }

    /// The clock as it would stand by now; what has come is passed without a word.
    fn clock(&self, service: &Service, opened_at: Time, closed_at: Option<Time>) -> (Clock, u8) {
        if let Some(closed_at) = closed_at {
            let clock = Clock {
                started_at: opened_at,
                yellow_at: None,
                red_at: None,
                steps: Vec::new(),
                notice: std::time::Duration::ZERO,
                due_at: None,
                stopped_at: Some(closed_at),
                stood: std::time::Duration::ZERO,
            };
            return (clock, 1);
        }
        let rules = Rules::new(&self.profile, Some(&service.standard));
        let mut clock = rules.start(Kind::Complaint, 1, opened_at);
        let climbed = clock.run(self.now).iter().filter(|turn| turn.climbs).count();
        (clock, u8::try_from(1 + climbed).unwrap_or(u8::MAX))
    }

    fn agency(&mut self, name: &str, chunk: &mut Chunk) -> String {
        if let Some(code) = self.agencies.get(name) {
            return code.clone();
        }
        let code: String = code_of(name).chars().take(40).collect();
        chunk.agencies.push((code.clone(), name.to_owned()));
        self.agencies.insert(name.to_owned(), code.clone());
        code
    }

    fn service(
        &mut self,
        code: &str,
        title: &str,
        group: &str,
        agency: Option<&str>,
        chunk: &mut Chunk,
    ) -> Arc<Service> {
        if let Some(service) = self.services.get(code) {
            return service.clone();
        }
        let responsible = agency.map(|agency| Responsible {
            agency: agency.to_owned(),
            place: None,
        });
        let service = Service {
            code: code.to_owned(),
            group: group.to_owned(),
            title: Words(BTreeMap::from([("en".to_owned(), title.to_owned())])),
            about: Words::default(),
            keywords: Vec::new(),
            profile: self.profile.name.clone(),
            standard: Standard::default(),
            is_confidential: false,
            is_open: true,
            attributes: Vec::new(),
            responsible: responsible.into_iter().collect(),
        };
        chunk.services.push(service.clone());
        let service = Arc::new(service);
        self.services.insert(code.to_owned(), service.clone());
        service
    }

    /// A moment with an offset, or on the zone's own clocks.
    fn moment(&self, text: &str) -> Result<Time, String> {
        if let Ok(at) = Time::parse(text) {
            return Ok(at);
        }
        let local: DateTime = text.parse().map_err(|_| {
            format!("{text:?} is no time; write it like 2026-11-21 09:00:00 or 2026-11-21T09:00:00+07:00")
        })?;
        let zoned = local
            .to_zoned(self.zone.clone())
            .map_err(|error| format!("{text:?} is no time: {error}"))?;
        Ok(Time(zoned.timestamp().as_microsecond()))
    }
}

impl Chunk {
    fn empty() -> Chunk {
        Chunk {
            services: Vec::new(),
            agencies: Vec::new(),
            rows: Vec::with_capacity(PER_COMMIT),
        }
    }
}

/// Makes a code of a name: `Pick up Dead Animal` → `pick-up-dead-animal`.
fn code_of(name: &str) -> String {
    let words: Vec<String> = crate::places::model::fold(name)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let code: String = words.join("-").chars().take(60).collect();
    if code.is_empty() { "other".to_owned() } else { code }
}
