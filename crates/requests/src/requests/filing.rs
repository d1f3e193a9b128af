//! Filing: what anybody sends on any channel becomes a request, or a list of what is wrong with it.

use std::sync::Arc;

use super::{
    Opened, RequestOpened, access,
    library::{self, Library},
    model::{
        clock::Clock,
        profile::Profile,
        request::{Channel, Contact, Kind, Position, Privacy, Request, State},
        service::{Given, Service},
        similar::{self, Likeness, Sketch},
        state::Rules,
    },
    store,
};
use crate::{
    accounts::model::Email,
    evidence::{
        self,
        model::{Follower, Subject},
    },
    places::boundaries::Point,
    platform::{
        app::App,
        code::Code,
        db::Tx,
        id,
        message::phone::Phone,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// The longest text a request may have.
const MOST_CHARACTERS: usize = 10_000;
const MOST_NAME: usize = 200;
/// Tries for a code that nobody has yet: 27 billion of them.
const MOST_TRIES: usize = 8;
/// Likely duplicates that are shown.
const MOST_SIMILAR: usize = 5;
/// Requests near by that are compared with a new one.
const MOST_COMPARED: i64 = 200;

/// What somebody sends, before anybody looked into it. Every channel fills in what it has.
#[derive(Debug, Clone, Default)]
pub struct Filing {
    pub service: String,
    pub text: String,
    pub kind: Option<Kind>,
    /// None: as the service says, open unless it is confidential by default.
    pub privacy: Option<Privacy>,
    pub channel: Option<Channel>,
    /// Language the resident writes and is written to in; none: that of the operation.
    pub lang: Option<String>,
    pub place: Option<String>,
    pub lat: Option<String>,
    pub lon: Option<String>,
    pub address: Option<String>,
    pub attributes: Vec<Given>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// What tells a second delivery of the same from another: a draft's number, a message's id.
    pub delivery: Option<String>,
    pub photos: Vec<NewPhoto>,
}

/// A picture that came along, cleaned and already in the blobs.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    pub blob: String,
    pub media_type: String,
    pub size_bytes: i64,
    /// Whether the resident lets everybody see it.
    pub audience: PhotoAudience,
}

/// Who sees a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoAudience {
    Everybody,
    /// Only whoever works on the request, and the resident.
    Unit,
}

/// A request that can be filed: every value was checked.
#[derive(Debug, Clone)]
pub struct NewRequest {
    service: Arc<Service>,
    profile: Arc<Profile>,
    kind: Kind,
    privacy: Privacy,
    channel: Channel,
    lang: String,
    text: String,
    place: Option<String>,
    position: Option<Position>,
    address: Option<String>,
    agency: Option<String>,
    attributes: Vec<Given>,
    contact: Contact,
    delivery: Option<String>,
    photos: Vec<NewPhoto>,
    /// The day at the place, for the limit of filings.
    day: String,
}

/// An earlier request that may be about the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    pub request: Request,
    pub likeness: Likeness,
}

/// Checks what somebody sends against services and places.
///
/// # Errors
/// Names every field that will not do, all at once.
pub async fn read(app: &App, op: &Op, filing: Filing) -> Result<NewRequest> {
    let library = library::current(app).await?;
    let mut wrong = Wrong::default();
    let service = match library.service(&filing.service) {
        Ok(service) if service.is_open => service.clone(),
        Ok(_) => return Err(Problem::invalid("fields").field("service_code", "requests-service-closed")),
        Err(_) if filing.service.trim().is_empty() => {
            return Err(Problem::invalid("fields").field("service_code", "requests-service-missing"));
        }
        Err(_) => {
            let with = vec![("service", filing.service.clone())];
            return Err(Problem::invalid("fields").field_with(
                "service_code",
                "requests-service-unknown",
                with,
            ));
        }
    };
    let profile = library.profile_of(&service)?.clone();
    let text = filing.text.replace('\0', "").trim().to_owned();
    match text.chars().count() {
        0 => wrong.field("description", "requests-text-missing"),
        n if n > MOST_CHARACTERS => wrong.field("description", "text-long"),
        _ => {}
    }
    let position = position(&filing, &mut wrong);
    let place = place(&library, &filing, position, &mut wrong);
    let attributes = service.check(&filing.attributes).unwrap_or_else(|problems| {
        for (code, problem) in problems {
            wrong.named(format!("attribute[{code}]"), problem);
        }
        Vec::new()
    });
    let privacy = filing.privacy.unwrap_or(if service.is_confidential {
        Privacy::Confidential
    } else {
        Privacy::Open
    });
    let channel = filing.channel.unwrap_or(Channel::Web);
    let contact = contact(app, op, &filing, (privacy, channel), &mut wrong);
    wrong.end()?;
    let lineage = library.lineage(place.as_deref());
    Ok(NewRequest {
        agency: service.agency_at(&lineage).map(str::to_owned),
        day: profile.calendar.day(op.at).to_string(),
        kind: filing.kind.unwrap_or(Kind::Complaint),
        lang: filing.lang.unwrap_or_else(|| op.lang.code().to_owned()),
        address: filing
            .address
            .map(|address| address.trim().to_owned())
            .filter(|address| !address.is_empty()),
        delivery: filing.delivery,
        photos: filing.photos,
        service,
        profile,
        privacy,
        channel,
        text,
        place,
        position,
        attributes,
        contact,
    })
}

/// Files a request in a transaction: routed, its clock started. The same delivery again files nothing and returns the first.
///
/// # Errors
/// `requests-limit` when the person has filed as many on this day as the profile lets them.
pub async fn open(tx: &mut Tx, op: &Op, new: &NewRequest) -> Result<Opened> {
    let rules = Rules::new(&new.profile, Some(&new.service.standard));
    let person = new.contact.person(tx.vault());
    let mut request = new.request(&rules, op.at);
    let key = Code::<6>::of(id::random());
    let key_hash = access::key_hash(&request.id, &key.plain());
    let filing = store::filed::Filing {
        delivery: new.delivery.as_deref(),
        key_hash: &key_hash,
    };
    let mut tries = 0;
    while !store::filed::insert(tx, &request, &filing).await? {
        if let Some(delivery) = &new.delivery
            && let Some((id, code)) = store::filed::find_delivered(tx, delivery).await?
        {
            return Ok(Opened { id, code, key: None });
        }
        tries += 1;
        if tries == MOST_TRIES {
            return Err(Problem::internal(anyhow::anyhow!(
                "no free tracking code in {MOST_TRIES} tries"
            )));
        }
        request.code = Code::<8>::of(id::random()).plain();
    }
    if let (Some(person), Some(most)) = (&person, new.profile.filing.a_day)
        && store::count_filing(tx, person, &new.day).await? > most
        && !store::is_free(tx, person, op.at).await?
    {
        return Err(Problem::too_many("requests-limit").with("most", most));
    }
    let mut is_followed = false;
    if !new.contact.is_empty() {
        store::filed::insert_contact(tx, &request.id, &new.contact).await?;
        if let Some(address) = new.contact.addresses().into_iter().next() {
            let follower = Follower {
                address,
                lang: new.lang.clone(),
            };
            evidence::follow(tx, op, &Subject::new("request", &request.id), &follower).await?;
            is_followed = true;
        }
    }
    for photo in &new.photos {
        super::insert_photo(tx, op, &request.id, photo, "resident").await?;
    }
    let opened = RequestOpened {
        request: request.id.clone(),
        service: request.service.clone(),
        agency: request.agency.clone(),
        channel: request.channel.as_str(),
        is_followed,
    };
    tx.emit(op, &opened).await?;
    Ok(Opened {
        id: request.id,
        code: request.code,
        key: Some(key.to_string()),
    })
}

/// Reads, files and commits: the front door of every channel.
///
/// # Errors
/// As [`read`] and [`open`].
pub async fn file(app: &App, op: &Op, filing: Filing) -> Result<Opened> {
    if matches!(filing.channel, Some(Channel::Phone | Channel::Counter)) {
        let library = library::current(app).await?;
        access::require_operator(op, &library, filing.place.as_deref())?;
    }
    let new = read(app, op, filing).await?;
    let mut tx = app.db.begin().await?;
    let opened = open(&mut tx, op, &new).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Finds earlier open requests that may be about the same, the likeliest first. Confidential ones are never among them.
///
/// # Errors
/// When the database fails.
pub async fn similar(
    app: &App,
    op: &Op,
    service: &str,
    text: &str,
    position: Option<Position>,
    place: Option<&str>,
) -> Result<Vec<Similar>> {
    let since = Time(op.at.0 - similar::MOST_DAYS * 86_400_000_000);
    let near = store::filed::list_near(app.db.read(), service, position, place, since, MOST_COMPARED).await?;
    let sketch = |request: &Request| Sketch {
        service: request.service.clone(),
        point: request.position.map(|at| (at.lat, at.lon)),
        place: request.place.clone(),
        text: request.text.clone(),
        opened_at: request.opened_at,
    };
    let new = Sketch {
        service: service.to_owned(),
        point: position.map(|at| (at.lat, at.lon)),
        place: place.map(str::to_owned),
        text: text.to_owned(),
        opened_at: op.at,
    };
    let mut found: Vec<Similar> = near
        .into_iter()
        .filter_map(|request| {
            let likeness = similar::likeness(&new, &sketch(&request))?;
            Some(Similar { request, likeness })
        })
        .collect();
    found.sort_by(|a, b| {
        b.likeness
            .score
            .total_cmp(&a.likeness.score)
            .then_with(|| b.request.id.cmp(&a.request.id))
    });
    found.truncate(MOST_SIMILAR);
    Ok(found)
}

impl NewRequest {
    /// Makes an organisation responsible for it, in the place of the one that its service names.
    #[must_use]
    pub fn handed_to(mut self, agency: Option<String>) -> NewRequest {
        if agency.is_some() {
            self.agency = agency;
        }
        self
    }

    /// Returns the service it asks for.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    fn request(&self, rules: &Rules<'_>, at: Time) -> Request {
        let calendar = &self.profile.calendar;
        let by = |span: Option<_>| span.map(|span| calendar.add(at, span));
        let clock: Clock = rules.start(self.kind, 1, at);
        Request {
            id: id::fresh(at),
            code: Code::<8>::of(id::random()).plain(),
            service: self.service.code.clone(),
            profile: self.profile.version.clone(),
            kind: self.kind,
            privacy: self.privacy,
            channel: self.channel,
            lang: self.lang.clone(),
            text: self.text.clone(),
            attributes: self.attributes.clone(),
            place: self.place.clone(),
            position: self.position,
            address: self.address.clone(),
            agency: self.agency.clone(),
            level: 1,
            state: State::New,
            clock,
            opened_at: at,
            verify_by: by(rules.terms.verify),
            answer_by: by(rules.terms.answer),
            finish_by: by(rules.terms.finish),
            verified_at: None,
            answered_at: None,
            n_pauses: 0,
            n_reopened: 0,
            n_transfers: 0,
            n_supporters: 0,
            post: None,
            joined_to: None,
            revision: 0,
        }
    }
}

/// Fields that will not do, gathered so that all are said at once.
#[derive(Default)]
struct Wrong(Option<Problem>);

impl Wrong {
    fn field(&mut self, field: &'static str, code: &'static str) {
        self.named(field.to_owned(), code);
    }

    fn named(&mut self, field: String, code: &'static str) {
        let problem = self.0.take().unwrap_or_else(|| Problem::invalid("fields"));
        self.0 = Some(problem.field(field, code));
    }

    fn end(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

fn position(filing: &Filing, wrong: &mut Wrong) -> Option<Position> {
    let given = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let (lat, lon) = (given(&filing.lat), given(&filing.lon));
    if lat.is_none() && lon.is_none() {
        return None;
    }
    let degrees = |text: Option<String>| text.and_then(|text| text.parse::<f64>().ok());
    let position = degrees(lat)
        .zip(degrees(lon))
        .and_then(|(lat, lon)| Position::new(lat, lon));
    if position.is_none() {
        wrong.field("lat", "requests-position-malformed");
    }
    position
}

/// The place said, or the one around the position; a position outside of all places is refused where places have boundaries.
fn place(
    library: &Library,
    filing: &Filing,
    position: Option<Position>,
    wrong: &mut Wrong,
) -> Option<String> {
    let places = library.places();
    if let Some(code) = filing
        .place
        .as_deref()
        .map(str::trim)
        .filter(|code| !code.is_empty())
    {
        let found = places.find(code).filter(|place| place.is_current());
        if found.is_none() {
            wrong.field("place", "requests-place-unknown");
        }
        return found.map(|place| place.code().to_owned());
    }
    let Some(position) = position else {
        wrong.field("place", "requests-place-missing");
        return None;
    };
    let point = Point {
        lat: position.lat,
        lon: position.lon,
    };
    let around = places.at(point).map(|place| place.code().to_owned());
    if around.is_none() {
        wrong.field("lat", "requests-position-outside");
    }
    around
}

fn contact(
    app: &App,
    op: &Op,
    filing: &Filing,
    (privacy, channel): (Privacy, Channel),
    wrong: &mut Wrong,
) -> Contact {
    if privacy == Privacy::Anonymous {
        return Contact::default();
    }
    let given = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let name = given(&filing.name);
    if name.as_ref().is_some_and(|name| name.chars().count() > MOST_NAME) {
        wrong.field("name", "text-long");
    }
    let phone = given(&filing.phone);
    let parsed = phone
        .as_deref()
        .and_then(|phone| Phone::parse(phone, &app.config.phone_prefix))
        // A short code is a service of a network, nobody's telephone.
        .filter(|phone| phone.as_str().starts_with('+'));
    if phone.is_some() && parsed.is_none() {
        wrong.field("phone", "requests-phone-malformed");
    }
    let email = given(&filing.email);
    let email = email.and_then(|email| match Email::parse(&email) {
        Ok(email) => Some(email.0),
        Err(_) => {
            wrong.field("email", "email-malformed");
            None
        }
    });
    // Whoever files for somebody else is not the one who filed.
    let is_for_another = matches!(
        channel,
        Channel::Phone | Channel::Counter | Channel::Import | Channel::Open311
    );
    let user = op.person().filter(|_| !is_for_another).map(|me| me.id.clone());
    Contact {
        name,
        phone: parsed,
        email,
        user,
    }
}
