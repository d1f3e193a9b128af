//! Who may fill a form: those whose role lets them file, everybody where it is open to all, and who came by a link to it.

use super::{
    FILERS,
    model::{Audience, Form},
};
use crate::platform::{
    op::Op,
    problem::{Problem, Result},
};

/// Passes those who may fill a form.
///
/// # Errors
/// `sign-in-needed` or `not-allowed`, also for a device that was not given the form.
pub fn may_fill(op: &Op, form: &Form) -> Result<()> {
    if op.limits.pass.as_ref().is_some_and(|pass| pass.form == form.id) {
        return Ok(());
    }
    if form.audience == Audience::Staff {
        op.require(&FILERS)?;
    }
    match &op.limits.forms {
        Some(forms) if !forms.contains(&form.xml_form_id) => Err(Problem::forbidden("not-allowed")),
        _ => Ok(()),
    }
}

/// Whose account files: the link's where somebody came by one, else the caller's.
pub fn filer(op: &Op) -> Option<&str> {
    match &op.limits.pass {
        Some(pass) => Some(&pass.submitter),
        None => op.person().map(|person| person.id.as_str()),
    }
}
