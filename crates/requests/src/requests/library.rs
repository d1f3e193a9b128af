//! Services and profiles kept in memory: a version of a profile never changes, so it is read once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    model::{profile::Profile, service::Service, state::Rules},
    store,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        kept,
        problem::{Problem, Result},
        time::Time,
    },
};

/// How long another server's change of services or profiles may stay unknown here.
const FRESH: Duration = Duration::from_secs(2);

/// What stands in force at one moment.
pub struct Library {
    revision: i64,
    /// In the order they were added.
    services: Vec<Arc<Service>>,
    by_code: HashMap<String, Arc<Service>>,
    /// Name → the version in force.
    current: BTreeMap<String, Arc<Profile>>,
    places: Arc<Places>,
    /// Versions no longer in force, by which older requests still run.
    older: Mutex<HashMap<String, Arc<Profile>>>,
}

struct Shelved {
    checked_at: Time,
    library: Arc<Library>,
}

/// Returns what is in force.
///
/// # Errors
/// When the database fails.
pub async fn current(app: &App) -> Result<Arc<Library>> {
    let now = app.clock.now();
    let shelved = app.shelf.find::<Shelved>();
    if let Some(shelved) = &shelved
        && now.since(shelved.checked_at) < FRESH
    {
        return Ok(shelved.library.clone());
    }
    let revision = kept::revision(&app.db, store::KEPT).await?;
    let places = places::all(app).await?;
    let library = match shelved {
        Some(shelved)
            if shelved.library.revision == revision && Arc::ptr_eq(&shelved.library.places, &places) =>
        {
            shelved.library.clone()
        }
        _ => Arc::new(load(app, revision, places).await?),
    };
    app.shelf.put(Arc::new(Shelved {
        checked_at: now,
        library: library.clone(),
    }));
    Ok(library)
}

/// Has what is in force looked up anew by whoever asks next.
pub fn forget(app: &App) {
    app.shelf.clear::<Shelved>();
}

async fn load(app: &App, revision: i64, places: Arc<Places>) -> Result<Library> {
    let services: Vec<Arc<Service>> = store::list_services(app.db.read())
        .await?
        .into_iter()
        .map(Arc::new)
        .collect();
    let mut current = BTreeMap::new();
    for (name, _, text) in store::list_current_profiles(app.db.read()).await? {
        current.insert(name, Arc::new(Profile::parse(&text).map_err(Problem::internal)?));
    }
    Ok(Library {
        revision,
        by_code: services
            .iter()
            .map(|service| (service.code.clone(), service.clone()))
            .collect(),
        services,
        current,
        places,
        older: Mutex::default(),
    })
}

impl Library {
    /// Returns all services in their order, those that take no requests too.
    #[must_use]
    pub fn services(&self) -> &[Arc<Service>] {
        &self.services
    }

    /// Returns a service by its code.
    ///
    /// # Errors
    /// `requests-service-unknown`.
    pub fn service(&self, code: &str) -> Result<&Arc<Service>> {
        self.by_code
            .get(code)
            .ok_or_else(|| Problem::not_found("requests-service-unknown").with("service", code))
    }

    #[must_use]
    pub fn places(&self) -> &Arc<Places> {
        &self.places
    }

    /// Returns the profiles in force by name.
    #[must_use]
    pub fn profiles(&self) -> &BTreeMap<String, Arc<Profile>> {
        &self.current
    }

    /// Returns the profiles in force that services run by, the one most of them run by first.
    #[must_use]
    pub fn profiles_in_use(&self) -> Vec<&Arc<Profile>> {
        let n_services = |profile: &Profile| {
            let of = self
                .services
                .iter()
                .filter(|service| service.profile == profile.name);
            of.count()
        };
        let mut used: Vec<&Arc<Profile>> = self
            .current
            .values()
            .filter(|profile| n_services(profile) > 0)
            .collect();
        // Sorting keeps the order by name of those that are equal.
        used.sort_by_key(|profile| std::cmp::Reverse(n_services(profile)));
        used
    }

    /// Returns the profile new requests of a service run by.
    ///
    /// # Errors
    /// `requests-profile-unknown` when the service names one that was never loaded.
    pub fn profile_of(&self, service: &Service) -> Result<&Arc<Profile>> {
        self.current
            .get(&service.profile)
            .ok_or_else(|| Problem::conflict("requests-profile-unknown").with("profile", &service.profile))
    }

    /// Returns a version of a profile, in force or not.
    ///
    /// # Errors
    /// When the database fails or never had it.
    pub async fn profile_version(&self, app: &App, version: &str) -> Result<Arc<Profile>> {
        if let Some(profile) = self.current.values().find(|profile| profile.version == version) {
            return Ok(profile.clone());
        }
        if let Some(profile) = self
            .older
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(version)
        {
            return Ok(profile.clone());
        }
        let text = store::find_profile_text(app.db.read(), version)
            .await?
            .ok_or_else(|| Problem::not_found("requests-profile-unknown").with("profile", version))?;
        let profile = Arc::new(Profile::parse(&text).map_err(Problem::internal)?);
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        older.insert(version.to_owned(), profile.clone());
        Ok(profile)
    }

    /// Returns a place's code followed by those of its ancestors; nothing for a place nobody knows.
    #[must_use]
    pub fn lineage(&self, place: Option<&str>) -> Vec<String> {
        place
            .and_then(|code| self.places.find(code))
            .map(|place| place.lineage().into_iter().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// Returns the rules a service's new requests run by.
    ///
    /// # Errors
    /// As [`Library::profile_of`].
    pub fn rules<'a>(&'a self, service: &'a Service) -> Result<Rules<'a>> {
        Ok(Rules::new(self.profile_of(service)?, Some(&service.standard)))
    }
}
