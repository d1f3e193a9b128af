//! The steps that can be taken with a request now, each a form: what its state, the profile and the officer's level allow.

use super::{Field, Matter, StepForm, Typed};
use crate::{
    accounts,
    platform::{app::App, html::parts::Choice, op::Op, problem::Result},
    requests::{
        desk::{queue::kind_words, templates},
        model::{
            ladder::Next,
            profile::{Profile, Reason},
            request::State as Stand,
        },
        words::Teller,
    },
};

/// Makes forms of one request's steps.
struct Forms<'a> {
    matter: &'a Matter,
    op: &'a Op,
    typed: &'a Typed,
    forms: Vec<StepForm>,
}

/// Returns the forms, and in words what waits for somebody else.
pub async fn steps(
    matter: &Matter,
    app: &App,
    op: &Op,
    typed: &Typed,
) -> Result<(Vec<StepForm>, Vec<String>)> {
    if !matter.may_act {
        return Ok((Vec::new(), Vec::new()));
    }
    let (request, profile) = (&matter.seen.request, &*matter.profile);
    let mut forms = Forms {
        matter,
        op,
        typed,
        forms: Vec::new(),
    };
    let mut waits = Vec::new();
    let state = &request.state;
    let is_worked_on = matches!(state, Stand::New | Stand::Open);
    let is_going = is_worked_on || matches!(state, Stand::SpecialProposed { .. });
    forms.decisions(&mut waits);
    if matches!(state, Stand::New) {
        forms.add("verify", Vec::new());
    }
    if is_going || matches!(state, Stand::Paused { .. }) {
        forms.answer(app, profile).await?;
    }
    if matches!(state, Stand::Paused { .. }) {
        let fields = vec![forms.area("hear", "text", "requests-desk-heard")];
        forms.add("hear", fields);
    }
    if is_going {
        forms.assign();
    }
    if is_worked_on && request.n_pauses < i64::from(profile.most_pauses) {
        forms.ask(profile);
    }
    if is_going {
        forms.ladder(profile);
    }
    if is_worked_on && matter.open_transfer().is_none() {
        forms.transfer(app, profile).await?;
    }
    if is_worked_on {
        forms.special(profile, &mut waits);
        let fields = vec![forms.line("join", "into", "requests-desk-join-into", "text", "")];
        forms.add("join", fields);
    }
    let fields = vec![forms.area("note", "text", "requests-desk-note-text")];
    forms.add("note", fields);
    Ok((forms.forms, waits))
}

impl Forms<'_> {
    /// What was proposed and waits for a decision: a transfer, a special close.
    fn decisions(&mut self, waits: &mut Vec<String>) {
        let (request, profile) = (&self.matter.seen.request, &self.matter.profile);
        let me = self.op.who.label();
        if let Some(transfer) = self.matter.open_transfer() {
            let needed = profile.wrong_department.approve_level;
            if self.matter.level < needed {
                waits.push(self.waits_for(needed, "requests-desk-waits-transfer"));
            } else {
                if transfer.proposed_by == me {
                    waits.push(self.text("requests-desk-waits-own"));
                } else {
                    self.add("transfer-yes", Vec::new());
                }
                let fields = vec![self.area("transfer-no", "note", "requests-desk-why-not")];
                self.add("transfer-no", fields);
            }
        }
        if let Stand::SpecialProposed { by, .. } = &request.state {
            let needed = profile.special_close.approve_level;
            if self.matter.level < needed {
                waits.push(self.waits_for(needed, "requests-desk-waits-special"));
            } else if *by == me {
                waits.push(self.text("requests-desk-waits-own"));
            } else {
                let fields = vec![
                    self.line("special-yes", "signature", "requests-desk-signature", "text", ""),
                    self.area("special-yes", "text", "requests-desk-special-say"),
                ];
                self.add("special-yes", fields);
                let fields = vec![self.area("special-no", "text", "requests-desk-why-not")];
                self.add("special-no", fields);
            }
        }
    }

    async fn answer(&mut self, app: &App, profile: &Profile) -> Result<()> {
        let teller = &self.matter.teller;
        let kinds = profile
            .answers
            .kinds
            .iter()
            .map(|kind| Choice::new(&kind.code, kind_words(teller, kind)));
        let kinds = self.choices("answer", "kind", kinds.collect());
        let mut templates: Vec<Choice> = templates::offered(app, self.op)
            .await?
            .into_iter()
            .filter(|template| self.matter.seen.request.agency.as_deref() == Some(&template.agency))
            .map(|template| Choice::new(&template.id, &template.title))
            .collect();
        let mut fields = vec![Field::Radios {
            name: "answer-kind".into(),
            legend: self.text("requests-desk-answer-kind"),
            hint: self.text("requests-desk-answer-kind-hint"),
            choices: kinds,
        }];
        let has_templates = !templates.is_empty();
        if has_templates {
            templates.insert(0, Choice::new("", self.text("requests-desk-choose")));
            fields.push(Field::Select {
                name: "answer-template".into(),
                label: self.text("requests-desk-template"),
                hint: self.text("requests-desk-template-hint"),
                choices: self.choices("answer", "template", templates),
            });
        }
        fields.push(Field::Area {
            name: "answer-text".into(),
            label: self.text("requests-desk-text"),
            hint: self
                .op
                .lang
                .text("requests-desk-answer-hint")
                .n("least", profile.answers.least_characters)
                .arg("language", super::language(&self.matter.seen.request.lang))
                .into(),
            value: self.value("answer", "text"),
        });
        self.add("answer", fields);
        if has_templates && let Some(form) = self.forms.last_mut() {
            form.fill = self.op.lang.text("requests-desk-use-template").into();
        }
        Ok(())
    }

    fn assign(&mut self) {
        let request = &self.matter.seen.request;
        let posts: Vec<Choice> = self
            .matter
            .posts
            .iter()
            .filter(|post| post.covers(request.agency.as_deref(), &self.matter.lineage))
            .map(|post| {
                let level = self.matter.teller.level(&self.matter.profile, post.level);
                let title = match post.acting(self.op.at) {
                    Some(_) => format!("{}, {level}", post.title),
                    None => {
                        let title = format!("{}, {level}", post.title);
                        self.op
                            .lang
                            .text("requests-desk-post-vacant")
                            .arg("post", title)
                            .into()
                    }
                };
                Choice::new(&post.id, title)
            })
            .collect();
        if posts.is_empty() {
            return;
        }
        let mut choices = vec![Choice::new("", self.text("requests-desk-choose"))];
        choices.extend(posts);
        if self.typed.act != "assign"
            && let Some(post) = &request.post
        {
            choices = choices.into_iter().map(|choice| choice.chosen_if(post)).collect();
        } else {
            choices = self.choices("assign", "post", choices);
        }
        let fields = vec![Field::Select {
            name: "assign-post".into(),
            label: self.text("requests-desk-post"),
            hint: String::new(),
            choices,
        }];
        self.add("assign", fields);
    }

    fn ask(&mut self, profile: &Profile) {
        let (lang, teller) = (self.op.lang, &self.matter.teller);
        let reasons = profile
            .pauses
            .iter()
            .map(|reason| {
                Choice::new(&reason.code, teller.words(&reason.title)).hinted(
                    lang.text("requests-desk-ask-until").arg(
                        "until",
                        teller.moment(profile.calendar.add(self.op.at, reason.limit)),
                    ),
                )
            })
            .collect();
        let fields = vec![
            Field::Radios {
                name: "ask-reason".into(),
                legend: self.text("requests-desk-reason"),
                hint: lang
                    .text("requests-desk-ask-left")
                    .n(
                        "n",
                        i64::from(profile.most_pauses) - self.matter.seen.request.n_pauses,
                    )
                    .into(),
                choices: self.choices("ask", "reason", reasons),
            },
            self.area("ask", "text", "requests-desk-question"),
        ];
        self.add("ask", fields);
    }

    fn ladder(&mut self, profile: &Profile) {
        let request = &self.matter.seen.request;
        let may_from_here = self.matter.level >= request.level;
        let level = profile.ladder.level(request.level);
        if may_from_here && request.level < profile.ladder.top() {
            let mut fields = Vec::new();
            if let Some(Next::ByHand { reasons }) = level.map(|level| &level.next) {
                fields.push(self.reasons("escalate", reasons));
            }
            fields.push(self.area("escalate", "note", "requests-desk-note"));
            self.add("escalate", fields);
        }
        let sends_back = level.is_some_and(|level| level.sends_back);
        if may_from_here && sends_back && request.level > 1 {
            let fields = vec![self.area("send-back", "note", "requests-desk-note")];
            self.add("send-back", fields);
        }
    }

    async fn transfer(&mut self, app: &App, profile: &Profile) -> Result<()> {
        let own = self.matter.seen.request.agency.as_deref();
        let mut units = vec![Choice::new("", self.text("requests-desk-choose"))];
        units.extend(
            accounts::list_organisations(app)
                .await?
                .into_iter()
                .filter(|organisation| Some(organisation.code.as_str()) != own)
                .map(|organisation| Choice::new(&organisation.code, &organisation.name)),
        );
        let fields = vec![
            Field::Select {
                name: "transfer-to".into(),
                label: self.text("requests-desk-transfer-to"),
                hint: String::new(),
                choices: self.choices("transfer", "to", units),
            },
            self.line(
                "transfer",
                "at",
                "requests-desk-spoken-at",
                "datetime-local",
                "requests-desk-spoken-at-hint",
            ),
            self.area("transfer", "said", "requests-desk-said"),
            Field::Area {
                name: "transfer-note".into(),
                label: self.text("requests-desk-transfer-note"),
                hint: self
                    .op
                    .lang
                    .text("requests-desk-least")
                    .n("least", profile.wrong_department.least_note_characters)
                    .into(),
                value: self.value("transfer", "note"),
            },
        ];
        self.add("transfer", fields);
        Ok(())
    }

    fn special(&mut self, profile: &Profile, waits: &mut Vec<String>) {
        let special = &profile.special_close;
        if self.matter.level < special.propose_level {
            waits.push(self.waits_for(special.propose_level, "requests-desk-waits-propose"));
            return;
        }
        let fields = vec![
            self.reasons("special", &special.reasons),
            self.area("special", "text", "requests-desk-special-text"),
        ];
        self.add("special", fields);
        if let Some(form) = self.forms.last_mut() {
            form.warns = true;
        }
    }

    fn reasons(&self, act: &'static str, reasons: &[Reason]) -> Field {
        let teller: &Teller = &self.matter.teller;
        let choices = reasons
            .iter()
            .map(|reason| Choice::new(&reason.code, teller.words(&reason.title)))
            .collect();
        Field::Radios {
            name: format!("{act}-reason"),
            legend: self.text("requests-desk-reason"),
            hint: String::new(),
            choices: self.choices(act, "reason", choices),
        }
    }

    fn area(&self, act: &str, name: &str, label: &'static str) -> Field {
        Field::Area {
            name: format!("{act}-{name}"),
            label: self.text(label),
            hint: String::new(),
            value: self.value(act, name),
        }
    }

    fn line(
        &self,
        act: &str,
        name: &str,
        label: &'static str,
        kind: &'static str,
        hint: &'static str,
    ) -> Field {
        Field::Line {
            name: format!("{act}-{name}"),
            label: self.text(label),
            hint: match hint {
                "" => String::new(),
                hint => self.text(hint),
            },
            value: self.value(act, name),
            kind,
        }
    }

    fn choices(&self, act: &str, name: &str, choices: Vec<Choice>) -> Vec<Choice> {
        let chosen = self.value(act, name);
        choices
            .into_iter()
            .map(|choice| choice.chosen_if(&chosen))
            .map(|mut choice| {
                choice.chosen &= !choice.value.is_empty();
                choice
            })
            .collect()
    }

    /// What was typed into a field of this step.
    fn value(&self, act: &str, name: &str) -> String {
        if self.typed.act == act {
            self.typed.fields.get(&format!("{act}-{name}")).to_owned()
        } else {
            String::new()
        }
    }

    fn add(&mut self, act: &'static str, fields: Vec<Field>) {
        let text = |what: &str| {
            self.op
                .lang
                .text(format!("requests-desk-{what}-{act}"))
                .to_string()
        };
        let form = StepForm {
            act,
            title: text("step"),
            lead: text("lead"),
            fields,
            button: text("step"),
            fill: String::new(),
            is_open: self.typed.act == act,
            warns: false,
        };
        self.forms.push(form);
    }

    fn waits_for(&self, level: u8, id: &'static str) -> String {
        let level = self.matter.teller.level(&self.matter.profile, level);
        self.op.lang.text(id).arg("level", level).into()
    }

    fn text(&self, id: &'static str) -> String {
        self.op.lang.text(id).into()
    }
}
