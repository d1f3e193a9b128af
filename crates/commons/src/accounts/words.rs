//! Roles and organisations in the words of whoever reads them, and as the choices of a form.

use super::model::Organisation;
use crate::platform::{
    html::parts::{Choice, FieldError},
    i18n::Lang,
    op::{Grant, Op, Role},
    page::field_errors,
    problem::Problem,
};

/// What a role is called.
#[must_use]
pub fn role(lang: Lang, role: Role) -> String {
    lang.text(format!("accounts-role-{}", role.as_str())).to_string()
}

/// What somebody was granted: the role, and the codes of the place and of the organisation that it reaches.
#[must_use]
pub fn grant(lang: Lang, grant: &Grant) -> String {
    let told = [
        Some(role(lang, grant.role)),
        grant.place.clone(),
        grant.org.clone(),
    ];
    told.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The roles to choose from; an enumerator where none is chosen.
#[must_use]
pub fn role_choices(lang: Lang, chosen: &str) -> Vec<Choice> {
    let chosen = match chosen {
        "" => Role::Enumerator.as_str(),
        chosen => chosen,
    };
    let choice = |known: Role| Choice::new(known, role(lang, known)).chosen_if(chosen);
    Role::ALL.into_iter().map(choice).collect()
}

/// The organisations to choose from, or none of them.
#[must_use]
pub fn organisation_choices(lang: Lang, known: &[Organisation], chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("accounts-any-organisation")).chosen_if(chosen);
    let each = known
        .iter()
        .map(|known| Choice::new(&known.code, &known.name).chosen_if(chosen));
    std::iter::once(none).chain(each).collect()
}

/// What is wrong with a form that gives a role, each at its field; what is said of the whole stands at the field `otherwise`.
#[must_use]
pub fn errors(op: &Op, problem: &Problem, role_given: &str, otherwise: &str) -> Vec<FieldError> {
    let mut errors = field_errors(problem, op);
    let field = match problem.code() {
        "role-needs-place" | "role-place-unknown" | "role-no-places" => "place",
        _ => otherwise,
    };
    for error in errors.iter_mut().filter(|error| error.field.is_empty()) {
        field.clone_into(&mut error.field);
        if problem.code() == "role-needs-place" {
            // The form has a field of its own for the place.
            let called = role_given
                .parse::<Role>()
                .map_or_else(|_| role_given.to_owned(), |given| role(op.lang, given));
            let text = op.lang.text("accounts-place-needed").arg("role", called);
            error.text = text.to_string();
        }
    }
    errors
}
