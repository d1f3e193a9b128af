//! Cancelling: a client asks on a second connection, with the number and the key that its first one was given.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use async_trait::async_trait;
use datafusion_postgres::pgwire::{
    api::cancel::CancelHandler,
    messages::{cancel::CancelRequest, startup::SecretKey},
};
use tokio::sync::Notify;

/// The connections that are open, by their numbers.
#[derive(Default)]
pub struct Running(Mutex<HashMap<i32, (SecretKey, Weak<Notify>)>>);

/// A connection among the open ones, until this is gone.
pub struct Entry {
    running: Arc<Running>,
    number: i32,
}

impl Running {
    /// Notes a connection under its number and key; `stop` is told when its statement is to end.
    pub fn enter(self: &Arc<Self>, (number, key): (i32, SecretKey), stop: &Arc<Notify>) -> Entry {
        self.all().insert(number, (key, Arc::downgrade(stop)));
        Entry {
            running: self.clone(),
            number,
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<i32, (SecretKey, Weak<Notify>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.all().remove(&self.number);
    }
}

/// A key of four bytes may come as a number or as bytes.
fn bytes(key: &SecretKey) -> Vec<u8> {
    match key {
        SecretKey::I32(number) => number.to_be_bytes().into(),
        SecretKey::Bytes(bytes) => bytes.to_vec(),
    }
}

#[async_trait]
impl CancelHandler for Running {
    async fn on_cancel_request(&self, request: CancelRequest) {
        let all = self.all();
        let known = all
            .get(&request.pid)
            .filter(|(key, _)| bytes(key) == bytes(&request.secret_key));
        if let Some(stop) = known.and_then(|(_, stop)| stop.upgrade()) {
            // Who is between two statements has nothing to stop.
            stop.notify_waiters();
        }
    }
}
