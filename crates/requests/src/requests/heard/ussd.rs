//! The menu by USSD. Every screen follows from what was keyed in so far, so nothing is kept between two screens.

use formats::gsm;

use super::{Hearing, words};
use crate::{
    places::model::Place,
    platform::{
        i18n::Lang,
        message::inbound::{Answer, words::steps},
        problem::Result,
    },
    requests::{
        Filing,
        model::{
            request::{Privacy, Request, State},
            service::{Datatype, Given},
        },
        resident::Deed,
        words::{Teller, written},
    },
};

/// The key for what does not fit the screen.
const MORE: &str = "0";
/// Characters of one line of a list.
const MOST_LABEL: usize = 40;
/// Digits of a place's code that are taken for one.
const LEAST_DIGITS: usize = 4;

/// What was keyed in, one screen after another.
struct Keys<'a>(std::vec::IntoIter<&'a str>);

/// What came of a screen: a choice or words, or the screen itself because nothing was keyed yet.
type Step<T> = std::result::Result<T, String>;

impl<'a> Keys<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// Has somebody choose from a list; a key that is no choice is passed over and the list shown again.
    fn choose(&mut self, lang: Lang, title: &str, items: &[String]) -> Step<usize> {
        let pages = pages(lang, title, items);
        let mut page = 0;
        loop {
            match self.next() {
                None => return Err(pages[page % pages.len()].clone()),
                Some(MORE) => page += 1,
                Some(key) => {
                    if let Some(chosen) = words::choice(key, items.len()) {
                        return Ok(chosen);
                    }
                }
            }
        }
    }

    /// Has somebody write something.
    fn write(&mut self, question: String) -> Step<&'a str> {
        loop {
            match self.next() {
                None => return Err(question),
                Some("") => {}
                Some(text) => return Ok(text),
            }
        }
    }
}

impl Hearing<'_> {
    /// Shows the screen that follows from what was keyed in.
    pub(super) async fn show_screen(&mut self) -> Result<Answer> {
        let text = self.heard.text.clone();
        let mut keys = Keys(steps(&text).into_iter());
        let main = [
            "requests-heard-ussd-report",
            "requests-heard-ussd-status",
            "requests-heard-ussd-reply",
            "requests-heard-ussd-help",
            "requests-heard-ussd-language",
        ];
        loop {
            let lang = self.teller.lang;
            let title = lang.text("requests-heard-ussd-title").to_string();
            let items = main.map(|id| lang.text(id).to_string());
            let chosen = match keys.choose(lang, &title, &items) {
                Ok(chosen) => chosen,
                Err(screen) => return Ok(Answer::Ask(screen)),
            };
            return match chosen {
                0 => self.report_by_keys(keys).await,
                1 => self.status_by_keys(keys).await,
                2 => self.reply_by_keys(keys).await,
                3 => Ok(self.say("requests-heard-ussd-help-text")),
                _ => {
                    let other = if lang == Lang::En { Lang::Id } else { Lang::En };
                    self.teller = Teller::new(self.app, other).await?;
                    self.op.lang = other;
                    continue;
                }
            };
        }
    }

    async fn report_by_keys(&mut self, mut keys: Keys<'_>) -> Result<Answer> {
        let mut filing = match self.filing_by_keys(&mut keys) {
            Ok(filing) => filing,
            Err(screen) => return Ok(Answer::Ask(screen)),
        };
        let lang = self.teller.lang;
        let title = lang
            .text("requests-heard-ussd-send")
            .arg("service", self.teller.service(&filing.service))
            .arg("place", self.teller.place(filing.place.as_deref()))
            .to_string();
        let items = [
            "requests-heard-ussd-send-named",
            "requests-heard-ussd-send-anonymous",
            "requests-heard-ussd-send-not",
        ]
        .map(|id| lang.text(id).to_string());
        match keys.choose(lang, &title, &items) {
            Err(screen) => return Ok(Answer::Ask(screen)),
            Ok(0) => {}
            Ok(1) => filing.privacy = Some(Privacy::Anonymous),
            Ok(_) => return Ok(self.say("requests-heard-forgotten")),
        }
        filing.channel = Some(self.filed());
        filing.lang = Some(lang.code().to_owned());
        filing.phone = Some(self.heard.from.as_str().to_owned());
        filing.delivery = Some(self.delivery());
        let opened = self.open(filing).await?;
        let words = lang
            .text("requests-heard-ussd-filed")
            .arg("code", written(&opened.code))
            .arg("key", opened.key.as_deref().unwrap_or("-"));
        Ok(Answer::Say(words.into()))
    }

    /// Group, service, place, what the service asks for, and the words.
    fn filing_by_keys(&self, keys: &mut Keys<'_>) -> Step<Filing> {
        let lang = self.teller.lang;
        let services: Vec<_> = self
            .teller
            .library
            .services()
            .iter()
            .filter(|service| service.is_open)
            .collect();
        let mut groups: Vec<&str> = Vec::new();
        for service in &services {
            if !groups.contains(&service.group.as_str()) {
                groups.push(&service.group);
            }
        }
        let labels: Vec<String> = groups.iter().map(|group| group_label(lang, group)).collect();
        let group = keys.choose(lang, &lang.text("requests-heard-ussd-group").to_string(), &labels)?;
        let within: Vec<_> = services
            .iter()
            .filter(|service| Some(&service.group.as_str()) == groups.get(group))
            .collect();
        let titles: Vec<String> = within
            .iter()
            .map(|service| self.teller.words(&service.title).to_owned())
            .collect();
        let service = match within.as_slice() {
            [only] => only,
            several => {
                several[keys.choose(
                    lang,
                    &lang.text("requests-heard-ussd-service").to_string(),
                    &titles,
                )?]
            }
        };
        let place = self.place_by_keys(keys)?;
        let mut attributes = Vec::new();
        for attribute in service
            .attributes
            .iter()
            .filter(|attribute| attribute.is_required)
        {
            let title = self.teller.words(&attribute.title).to_owned();
            let is_list = matches!(
                attribute.datatype,
                Datatype::Singlevaluelist | Datatype::Multivaluelist
            );
            let value = if is_list {
                let labels: Vec<String> = attribute
                    .values
                    .iter()
                    .map(|choice| self.teller.words(&choice.title).to_owned())
                    .collect();
                attribute.values[keys.choose(lang, &title, &labels)?].key.clone()
            } else {
                keys.write(title)?.to_owned()
            };
            attributes.push(Given {
                code: attribute.code.clone(),
                values: vec![value],
            });
        }
        let text = keys.write(lang.text("requests-heard-ussd-text").into())?;
        Ok(Filing {
            service: service.code.clone(),
            place: Some(place),
            text: text.to_owned(),
            attributes,
            ..Filing::default()
        })
    }

    /// A place by going down the lists, or by the digits of its code.
    fn place_by_keys(&self, keys: &mut Keys<'_>) -> Step<String> {
        let lang = self.teller.lang;
        let places = self.teller.library.places();
        let title = lang.text("requests-heard-ussd-place").to_string();
        let mut choices: Vec<Place<'_>> = match places.top() {
            Some(top) => top.children().collect(),
            None => places.roots().collect(),
        };
        loop {
            let labels: Vec<String> = choices
                .iter()
                .map(|place| place.name_in(lang.code()).to_owned())
                .collect();
            let pages = pages(lang, &title, &labels);
            let mut page = 0;
            let chosen = loop {
                match keys.next() {
                    None => return Err(pages[page % pages.len()].clone()),
                    Some(MORE) => page += 1,
                    Some(key) => {
                        if let Some(at) = words::choice(key, choices.len()) {
                            break choices[at];
                        }
                        if let Some(place) = by_digits(places.current(), key) {
                            break place;
                        }
                    }
                }
            };
            choices = chosen.children().collect();
            if choices.is_empty() {
                return Ok(chosen.code().to_owned());
            }
        }
    }

    async fn status_by_keys(&mut self, mut keys: Keys<'_>) -> Result<Answer> {
        let lang = self.teller.lang;
        let chosen = if self.own.is_empty() {
            let typed = match keys.write(lang.text("requests-heard-ussd-code").into()) {
                Ok(typed) => typed,
                Err(screen) => return Ok(Answer::Ask(screen)),
            };
            return self.status(typed).await;
        } else {
            match self.choose_own(&mut keys, self.own.clone(), "requests-heard-ussd-which") {
                Ok(request) => request,
                Err(screen) => return Ok(Answer::Ask(screen)),
            }
        };
        Ok(Answer::Say(self.standing(&chosen).await?))
    }

    async fn reply_by_keys(&mut self, mut keys: Keys<'_>) -> Result<Answer> {
        let lang = self.teller.lang;
        let waiting = self.own_where(|request| matches!(request.state, State::Answered { .. }));
        if waiting.is_empty() {
            return Ok(self.say("requests-heard-nothing-waits"));
        }
        let request = match self.choose_own(&mut keys, waiting, "requests-heard-ussd-which") {
            Ok(request) => request,
            Err(screen) => return Ok(Answer::Ask(screen)),
        };
        let title = self.text("requests-heard-ussd-settled", &request);
        let items = ["requests-heard-ussd-yes", "requests-heard-ussd-no"].map(|id| lang.text(id).to_string());
        match keys.choose(lang, &title, &items) {
            Err(screen) => Ok(Answer::Ask(screen)),
            Ok(0) => {
                let channel = self.filed().as_str();
                match self.act(&request, None, Deed::Confirm(channel)).await? {
                    Some(done) => Ok(Answer::Say(self.text("requests-heard-confirmed", &done))),
                    None => Ok(self.refused_key(&request)),
                }
            }
            Ok(_) => {
                let why = match keys.write(lang.text("requests-heard-ussd-why").into()) {
                    Ok(why) => why,
                    Err(screen) => return Ok(Answer::Ask(screen)),
                };
                let why = if why == MORE { "" } else { why };
                match self.act(&request, None, Deed::Refuse(why)).await? {
                    Some(done) => Ok(Answer::Say(self.text("requests-heard-refused", &done))),
                    None => Ok(self.refused_key(&request)),
                }
            }
        }
    }

    /// Has somebody choose among their requests; one alone is chosen already.
    fn choose_own(&self, keys: &mut Keys<'_>, mut requests: Vec<Request>, id: &'static str) -> Step<Request> {
        if requests.len() == 1 {
            return Ok(requests.remove(0));
        }
        let lang = self.teller.lang;
        let labels: Vec<String> = requests
            .iter()
            .map(|request| {
                format!(
                    "{} {}",
                    written(&request.code),
                    self.teller.service(&request.service)
                )
            })
            .collect();
        let chosen = keys.choose(lang, &lang.text(id).to_string(), &labels)?;
        Ok(requests.remove(chosen))
    }
}

/// What a group of services is called, where the locales know it; else its code with spaces.
fn group_label(lang: Lang, group: &str) -> String {
    let id = format!("requests-heard-group-{group}");
    match [lang, Lang::En].into_iter().find(|lang| lang.has_text(&id)) {
        Some(_) => lang.text(id).into(),
        None => group.replace('-', " "),
    }
}

/// The one place whose code ends in these digits.
fn by_digits<'a>(mut places: impl Iterator<Item = Place<'a>>, key: &str) -> Option<Place<'a>> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let asked = digits(key);
    if asked.len() < LEAST_DIGITS || asked.len() != key.len() {
        return None;
    }
    let mut fits = |place: &Place<'a>| digits(place.code()).ends_with(&asked);
    let found = places.find(&mut fits)?;
    places.find(&mut fits).is_none().then_some(found)
}

/// Cuts a list into screens, each with its title and, where it goes on, the key for more.
fn pages(lang: Lang, title: &str, items: &[String]) -> Vec<String> {
    let more = format!("{MORE} {}", lang.text("requests-heard-ussd-more"));
    let lines: Vec<String> = items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let label: String = item.chars().take(MOST_LABEL).collect();
            format!("{} {}", at + 1, label.trim_end())
        })
        .collect();
    let fits = |text: &str| gsm::fit_screen(text) == gsm::plain(text);
    let whole = std::iter::once(title.to_owned())
        .chain(lines.clone())
        .collect::<Vec<_>>()
        .join("\n");
    if fits(&whole) {
        return vec![whole];
    }
    let mut pages = Vec::new();
    let mut page = title.to_owned();
    let mut n_lines = 0;
    for line in lines {
        if n_lines > 0 && !fits(&format!("{page}\n{line}\n{more}")) {
            pages.push(format!("{page}\n{more}"));
            page = title.to_owned();
            n_lines = 0;
        }
        page = format!("{page}\n{line}");
        n_lines += 1;
    }
    pages.push(format!("{page}\n{more}"));
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_into_screens_that_every_phone_can_show() {
        let items: Vec<String> = (1..=28).map(|n| format!("Kecamatan nomor {n}")).collect();
        let pages = pages(Lang::Id, "Di mana?", &items);
        assert!(pages.len() > 2);
        for page in &pages {
            assert_eq!(gsm::fit_screen(page), *page);
            assert!(page.starts_with("Di mana?\n") && page.contains("\n0 "), "{page}");
        }
        for n in 1..=28 {
            let line = format!("{n} Kecamatan nomor {n}");
            assert_eq!(
                pages
                    .iter()
                    .filter(|page| page.lines().any(|each| each == line))
                    .count(),
                1
            );
        }
    }

    #[test]
    fn a_wrong_key_shows_the_list_again_and_more_goes_round() {
        let items = ["Satu".to_owned(), "Dua".to_owned()];
        let choose = |text: &str| Keys(steps(text).into_iter()).choose(Lang::Id, "Apa?", &items);
        assert_eq!(choose(""), Err("Apa?\n1 Satu\n2 Dua".into()));
        assert_eq!(choose("7"), Err("Apa?\n1 Satu\n2 Dua".into()));
        assert_eq!(choose("7*0*2"), Ok(1));
    }
}
