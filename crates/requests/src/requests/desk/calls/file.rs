//! Filing for somebody who is on the line or at the counter: questions of the service, the place by its name, likely duplicates.

use axum::{extract::State, http::Uri, response::Response};

use super::{Alike, AttributeField, FileForm, Filed, OPERATORS, calls_page};
use crate::{
    evidence::model::Follower,
    places::model::Place,
    platform::{
        app::App,
        code::Code,
        html::{
            Markup,
            parts::{Choice, Notice, NoticeKind},
        },
        i18n::Lang,
        id,
        message::{Address, phone::Phone},
        op::Op,
        page::{render, render_refused, shell},
        problem::{Kind as Ill, Problem, Result},
    },
    requests::{
        self, Filing,
        desk::fields::{Fields, errors_in},
        model::{
            request::{Channel, Kind, Privacy},
            service::{Attribute, Datatype, Given, Service},
        },
        words::{Teller, written},
    },
};

/// Places of a name that are offered.
const MOST_PLACES: usize = 12;

/// Files, shows the questions of the service first, or the likely duplicates, whichever is still open.
pub async fn file(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&OPERATORS)?;
    let mut page = shell(&app, &op, &Uri::from_static("/desk/calls"));
    if let Some(code) = fields.filled("me_too") {
        return support(&app, &op, &fields, &code).await;
    }
    let teller = Teller::new(&app, op.lang).await?;
    // Questions of the service that nobody has seen yet are asked before anything is called wrong.
    let service = teller.library.service(fields.get("service_code")).ok().cloned();
    if let Some(service) = &service
        && !service.attributes.is_empty()
        && fields.get("shown") != service.code
    {
        return render(&calls_page(&app, &op, page, &fields, None).await?);
    }
    let tried = try_filing(&app, &op, &teller, &fields).await;
    match tried {
        Ok(Tried::Filed(opened)) => {
            let request = requests::find(&app, &opened.code).await?;
            let profile = teller.library.profile_version(&app, &request.profile).await?;
            let until = request.answer_by.or(request.finish_by);
            let words = match until {
                Some(until) => op
                    .lang
                    .text("requests-desk-call-filed-until")
                    .arg("unit", teller.agency(request.agency.as_deref()))
                    .arg("until", teller.moment(until)),
                None => op
                    .lang
                    .text("requests-desk-call-filed")
                    .arg("unit", teller.agency(request.agency.as_deref())),
            };
            let filed = Filed {
                written: written(&opened.code),
                spoken: Code::<8>::parse(&opened.code).map_or_else(|_| String::new(), |code| code.spoken()),
                key: opened.key.unwrap_or_default(),
                words: format!("{words} {}", teller.words(&profile.silence.said)),
            };
            let phone = ("phone".to_owned(), fields.get("phone").to_owned());
            render(&calls_page(&app, &op, page, &Fields(vec![phone]), Some(filed)).await?)
        }
        Ok(Tried::Alike(alike)) => {
            let mut calls = calls_page(&app, &op, page, &fields, None).await?;
            calls.form.similar = alike;
            render(&calls)
        }
        Err(problem) if problem.kind() == Ill::Internal => Err(problem),
        Err(problem) => {
            page.errors = errors_in(&problem, &op, "");
            render_refused(&problem, &calls_page(&app, &op, page, &fields, None).await?)
        }
    }
}

/// What became of a filing.
enum Tried {
    Filed(requests::Opened),
    /// Others may be about the same: the operator asks the caller first.
    Alike(Vec<Alike>),
}

async fn try_filing(app: &App, op: &Op, teller: &Teller, fields: &Fields) -> Result<Tried> {
    let privacy = Privacy::parse(fields.get("privacy"));
    let channel = match Channel::parse(fields.get("channel")) {
        Some(Channel::Counter) => Channel::Counter,
        _ => Channel::Phone,
    };
    let place = place(teller, fields)?;
    let filing = Filing {
        service: fields.get("service_code").to_owned(),
        text: fields.get("description").to_owned(),
        kind: Kind::parse(fields.get("kind")),
        privacy,
        channel: Some(channel),
        lang: fields.filled("lang"),
        place: place.clone(),
        address: fields.filled("address"),
        attributes: given(fields),
        name: fields.filled("name"),
        phone: fields.filled("phone"),
        email: fields.filled("email"),
        delivery: fields.filled("draft").map(|draft| format!("call:{draft}")),
        ..Filing::default()
    };
    // Everything is checked before the caller is asked about others.
    requests::read(app, op, filing.clone()).await?;
    if fields.get("same") != "no" {
        let similar =
            requests::similar(app, op, &filing.service, &filing.text, None, place.as_deref()).await?;
        if !similar.is_empty() {
            let alike = similar
                .iter()
                .map(|each| Alike {
                    code: each.request.code.clone(),
                    written: written(&each.request.code),
                    words: op
                        .lang
                        .text("requests-desk-similar-place")
                        .arg("age", teller.span(each.request.opened_at, op.at))
                        .into(),
                    excerpt: each.request.text.chars().take(200).collect(),
                })
                .collect();
            return Ok(Tried::Alike(alike));
        }
    }
    requests::file(app, op, filing).await.map(Tried::Filed)
}

/// The caller has the same matter as somebody before them: they are counted, and told by text message.
async fn support(app: &App, op: &Op, fields: &Fields, code: &str) -> Result<Response> {
    let mut page = shell(app, op, &Uri::from_static("/desk/calls"));
    let is_known = fields.get("privacy") != Privacy::Anonymous.as_str();
    let follower = Phone::parse(fields.get("phone"), &app.config.phone_prefix)
        .filter(|_| is_known)
        .map(|phone| Follower {
            address: Address::Sms(phone),
            lang: fields.filled("lang").unwrap_or_else(|| op.lang.code().to_owned()),
        });
    match requests::support(app, op, code, follower).await {
        Ok(request) => {
            let said = op
                .lang
                .text("requests-desk-called-me-too")
                .arg("code", written(&request.code));
            page.notices.push(Notice {
                kind: NoticeKind::Success,
                content: Markup::escape(&said.to_string()),
            });
            let phone = ("phone".to_owned(), fields.get("phone").to_owned());
            render(&calls_page(app, op, page, &Fields(vec![phone]), None).await?)
        }
        Err(problem) if problem.kind() == Ill::Internal => Err(problem),
        Err(problem) => {
            page.errors = errors_in(&problem, op, "");
            render_refused(&problem, &calls_page(app, op, page, fields, None).await?)
        }
    }
}

/// The place by the code chosen from the list, or by a name or code that only one has.
fn place(teller: &Teller, fields: &Fields) -> Result<Option<String>> {
    if let Some(code) = fields.filled("place_code") {
        return Ok(Some(code));
    }
    let Some(name) = fields.filled("place") else {
        return Err(Problem::invalid("fields").field("place", "requests-place-missing"));
    };
    if let Some(place) = teller
        .library
        .places()
        .find(&name)
        .filter(|place| place.is_current())
    {
        return Ok(Some(place.code().to_owned()));
    }
    match found(teller, &name).as_slice() {
        [only] => Ok(Some(only.code().to_owned())),
        [] => Err(Problem::invalid("fields").field("place", "requests-place-unknown")),
        _ => Err(Problem::invalid("fields").field("place_code", "requests-desk-place-several")),
    }
}

fn found<'a>(teller: &'a Teller, name: &str) -> Vec<Place<'a>> {
    teller.library.places().search(name, None, MOST_PLACES)
}

/// The answers to the service's questions: `attribute[code]`, several times for lists.
fn given(fields: &Fields) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    for (name, value) in &fields.0 {
        let Some(code) = name
            .strip_prefix("attribute[")
            .and_then(|rest| rest.strip_suffix(']'))
        else {
            continue;
        };
        match given.iter_mut().find(|each| each.code == code) {
            Some(each) => each.values.push(value.clone()),
            None => given.push(Given {
                code: code.to_owned(),
                values: vec![value.clone()],
            }),
        }
    }
    given
}

/// Makes the form with what was typed into it.
pub fn form(op: &Op, teller: &Teller, fields: &Fields) -> FileForm {
    let lang = op.lang;
    let chosen = |name: &str, usual: &'static str| match fields.get(name) {
        "" => usual.to_owned(),
        value => value.to_owned(),
    };
    let coded = |of: &str, codes: &[&str], value: String| {
        codes
            .iter()
            .map(|code| Choice::new(code, teller.coded(of, code)).chosen_if(&value))
            .collect::<Vec<_>>()
    };
    let service = teller.library.service(fields.get("service_code")).ok();
    let mut services = vec![Choice::new("", lang.text("requests-desk-choose"))];
    services.extend(
        teller
            .library
            .services()
            .iter()
            .filter(|service| service.is_open)
            .map(|service| Choice::new(&service.code, teller.words(&service.title))),
    );
    let name = fields.get("place");
    let is_code = teller.library.places().find(name).is_some();
    let places = match found(teller, name) {
        several if several.len() > 1 && !is_code => several
            .iter()
            .map(|place| {
                Choice::new(place.code(), teller.place_within(Some(place.code())))
                    .chosen_if(fields.get("place_code"))
            })
            .collect(),
        _ => Vec::new(),
    };
    FileForm {
        services: services
            .into_iter()
            .map(|choice| choice.chosen_if(fields.get("service_code")))
            .collect(),
        attributes: service
            .map(|service| attributes(teller, service, fields))
            .unwrap_or_default(),
        shown: service.map(|service| service.code.clone()).unwrap_or_default(),
        place: name.to_owned(),
        places,
        description: fields.get("description").to_owned(),
        address: fields.get("address").to_owned(),
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        kinds: coded(
            "requests-kind",
            &["complaint", "aspiration"],
            chosen("kind", "complaint"),
        ),
        privacies: coded(
            "requests-privacy",
            &["open", "anonymous", "confidential"],
            match fields.get("privacy") {
                "" if service.is_some_and(|service| service.is_confidential) => "confidential".to_owned(),
                "" => "open".to_owned(),
                given => given.to_owned(),
            },
        ),
        channels: coded(
            "requests-channel",
            &["phone", "counter"],
            chosen("channel", "phone"),
        ),
        langs: Lang::ALL
            .into_iter()
            .map(|each| Choice::new(each.code(), each.own_name()))
            .map(|choice| match fields.get("lang") {
                "" => choice.chosen_if(lang.code()),
                given => choice.chosen_if(given),
            })
            .collect(),
        similar: Vec::new(),
        draft: match fields.get("draft") {
            "" => id::secret(),
            draft => draft.to_owned(),
        },
    }
}

fn attributes(teller: &Teller, service: &Service, fields: &Fields) -> Vec<AttributeField> {
    service
        .attributes
        .iter()
        .map(|attribute| field(teller, attribute, fields))
        .collect()
}

fn field(teller: &Teller, attribute: &Attribute, fields: &Fields) -> AttributeField {
    let name = format!("attribute[{}]", attribute.code);
    let given = fields.all(&name);
    let is_several = attribute.datatype == Datatype::Multivaluelist;
    let mut choices: Vec<Choice> = attribute
        .values
        .iter()
        .map(|value| {
            let mut choice = Choice::new(&value.key, teller.words(&value.title));
            choice.chosen = given.contains(&value.key);
            choice
        })
        .collect();
    if !choices.is_empty() && !is_several {
        choices.insert(0, Choice::new("", teller.lang.text("requests-desk-choose")));
    }
    AttributeField {
        label: teller.words(&attribute.title).to_owned(),
        hint: teller.words(&attribute.hint).to_owned(),
        value: given.first().cloned().unwrap_or_default(),
        choices,
        is_several,
        is_long: attribute.datatype == Datatype::Text,
        name,
    }
}
