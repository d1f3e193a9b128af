//! The offices' open data, entered, sent and handed in as an office would, each step by whoever may and at its own moment.

use anyhow::Context;
use bytes::Bytes;

use super::{
    days::{Days, settle},
    opendata::Offered,
    staff::{OFFICES, People, producer_of},
    world::settlement::REGENCY_CODE,
};
use crate::{
    catalog::{
        NewFile, Resource, enter_dataset, find_resource,
        model::{Entry, EntryInput, MAIN},
        reading::HowToRead,
        receive_file,
        workflow::{
            self, Step,
            model::{Act, Review},
        },
    },
    platform::{
        app::App,
        i18n::Lang,
        op::{Op, Who},
        time::Time,
    },
};

/// From where the offices' people do what they do with data.
pub struct Desk<'a> {
    pub app: &'a App,
    pub people: People,
    pub days: Days,
}

impl<'a> Desk<'a> {
    /// Finds the people and the days.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &'a App) -> anyhow::Result<Desk<'a>> {
        Ok(Desk {
            app,
            people: People::of(app).await?,
            days: Days::of(app).await?,
        })
    }

    /// The circumstances in which somebody does something at a moment.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn op(&self, account: &str, at: Time) -> anyhow::Result<Op> {
        Ok(Op {
            who: Who::Person(self.people.find(account)?.clone()),
            lang: Lang::Id,
            ..Op::system(at)
        })
    }

    /// Has every office begin without a review: what a producer hands in, everybody reads at once.
    ///
    /// So it stays in all but the health office, of which `agenda` says otherwise on the day on which that was decided.
    /// Nothing is said of who has no office, so that there the installation's setting holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trust_all(&self) -> anyhow::Result<()> {
        for office in OFFICES {
            self.rule(office, Review::None, self.days.now).await?;
        }
        Ok(())
    }

    /// Says who looks at what an office publishes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule(&self, office: &str, review: Review, at: Time) -> anyhow::Result<()> {
        let mut tx = self.app.db.begin().await?;
        workflow::set_rule(&mut tx, &Op::system(at), office, Some(review))
            .await
            .with_context(|| format!("say who looks at the data of {office}"))?;
        tx.commit().await?;
        Ok(())
    }

    /// Enters a dataset that is to be open.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn enter(&self, dataset: &Offered, at: Time) -> anyhow::Result<()> {
        let entry = Entry::parse(&EntryInput {
            slug: dataset.slug.clone(),
            title: dataset.title.clone(),
            description: dataset.description.clone(),
            theme: dataset.theme.to_owned(),
            organisation: dataset.organisation.to_owned(),
            licence: "CC-BY-4.0".to_owned(),
            place: REGENCY_CODE.to_owned(),
            period: dataset.period.clone(),
            open: "yes".to_owned(),
        })?;
        let op = self.op(&producer_of(dataset.organisation), at)?;
        let mut tx = self.app.db.begin().await?;
        enter_dataset(self.app, &mut tx, &op, &entry)
            .await
            .with_context(|| format!("enter the dataset {}", dataset.slug))?;
        tx.commit().await?;
        Ok(())
    }

    /// Sends a file for a dataset, which is read as of that moment.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn send(&self, dataset: &Offered, edition: &str, at: Time) -> anyhow::Result<()> {
        let op = self.op(&producer_of(dataset.organisation), at)?;
        let blob = self.app.blobs.put(Bytes::from(edition.to_owned())).await?;
        let new = NewFile {
            name: dataset.file_name,
            blob: &blob,
            resource: None,
            how: HowToRead::default(),
        };
        let mut tx = self.app.db.begin().await?;
        receive_file(self.app, &mut tx, &op, &dataset.slug, new)
            .await
            .with_context(|| format!("send a file for the dataset {}", dataset.slug))?;
        tx.commit().await?;
        settle(self.app, at).await
    }

    /// Takes a step with a dataset on its way to everybody.
    ///
    /// # Errors
    /// When it is not on its way, or the step is refused.
    pub async fn step(
        &self,
        slug: &str,
        account: &str,
        at: Time,
        act: Act,
        note: &str,
    ) -> anyhow::Result<()> {
        let op = self.op(account, at)?;
        let waiting = workflow::list_waiting(self.app, &op).await?;
        let row = waiting
            .iter()
            .map(|known| &known.row)
            .find(|row| row.dataset_slug == slug)
            .with_context(|| format!("find the dataset {slug} on its way"))?;
        let step = Step {
            publication: &row.id,
            revision: row.revision,
            act,
            note,
        };
        let mut tx = self.app.db.begin().await?;
        workflow::act(self.app, &mut tx, &op, step)
            .await
            .with_context(|| format!("take the step {} with the dataset {slug}", act.as_str()))?;
        tx.commit().await?;
        settle(self.app, at).await
    }

    /// The table of a dataset, as somebody sees it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn table(&self, op: &Op, slug: &str) -> anyhow::Result<Resource> {
        let found = find_resource(self.app, op, slug, MAIN, None).await;
        found.with_context(|| format!("find the table of the dataset {slug}"))
    }
}
