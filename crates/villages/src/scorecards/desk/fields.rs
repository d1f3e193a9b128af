//! Forms as they were sent, and all that is wrong with one at once.

use std::borrow::Cow;

use crate::platform::{
    plain::plain,
    problem::{Kind, Problem, Result},
    time::Time,
};

/// Names and values in their order; a field of the `n`th thing on a page is called `name.ID`.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Takes a form; lines end as they do in what is kept, no letter is there that nobody sees, and nothing has blanks around it.
    #[must_use]
    pub fn new(sent: Vec<(String, String)>) -> Fields {
        Fields(
            sent.into_iter()
                .map(|(name, value)| (name, plain(&value).trim().to_owned()))
                .collect(),
        )
    }

    /// The value of a field; empty where it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The value of a field of one thing.
    #[must_use]
    pub fn of(&self, name: &str, id: &str) -> &str {
        self.get(&format!("{name}.{id}"))
    }

    /// When the page was shown that was sent, as it says itself in field `at`; else `now`.
    #[must_use]
    pub fn shown_at(&self, now: Time) -> Time {
        self.get("at").parse().map_or(now, Time)
    }

    /// All values of a field that may be sent more than once.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What is wrong with a form.
#[derive(Debug, Default)]
pub struct Faults(Option<Problem>);

impl Faults {
    /// Notes that a field will not do.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, code: &'static str) {
        self.0 = Some(self.begun().field(field, code));
    }

    /// Notes that a field will not do, with values that the text names.
    pub fn add_with(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        with: Vec<(&'static str, String)>,
    ) {
        self.0 = Some(self.begun().field_with(field, code, with));
    }

    /// Notes a refusal under the names that the fields have on the page.
    ///
    /// # Errors
    /// The problem itself, unless it is one of fields.
    pub fn take(&mut self, problem: Problem, name_of: impl Fn(&str) -> String) -> Result<()> {
        if problem.kind() != Kind::Invalid || problem.fields().is_empty() {
            return Err(problem);
        }
        for field in problem.fields() {
            let named = self
                .begun()
                .field_with(name_of(&field.field), field.code, field.with.clone());
            self.0 = Some(named);
        }
        Ok(())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Passes a form with which nothing is wrong.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn done(self) -> Result<()> {
        match self.0 {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }

    fn begun(&mut self) -> Problem {
        self.0.take().unwrap_or_else(|| Problem::invalid("fields"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_by_name_and_by_thing_with_plain_ends_of_lines() {
        let sent = [
            ("group", "women"),
            ("group", "men"),
            ("reason.a", " far\r\naway "),
        ];
        let fields = Fields::new(sent.map(|(name, value)| (name.into(), value.into())).into());
        assert_eq!(fields.all("group").collect::<Vec<_>>(), ["women", "men"]);
        assert_eq!(fields.of("reason", "a"), "far\naway");
        assert_eq!(fields.of("reason", "b"), "");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_what_is_no_fault_of_a_field_is_passed_on() {
        let mut faults = Faults::default();
        faults.add("present", "scorecards-number");
        let refused = Problem::invalid("fields").field("value", "scorecards-score-range");
        faults
            .take(refused, |field| format!("{field}.a"))
            .expect("a field's problem");
        assert!(
            faults
                .take(Problem::conflict("scorecards-state"), str::to_owned)
                .is_err()
        );
        let problem = faults.done().expect_err("two faults");
        let fields: Vec<_> = problem.fields().iter().map(|field| &*field.field).collect();
        assert_eq!(fields, ["present", "value.a"]);
    }
}
