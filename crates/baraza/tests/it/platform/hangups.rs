//! Clients that hang up in the middle of a change, at every place where it waits.

use std::{future::poll_fn, pin::pin, task::Poll};

use baraza::platform::{
    app::{App, find_setting, save_setting},
    problem::Result,
};

use crate::town::Town;

/// More than a change waits from beginning to end.
const MOST_WAITS: usize = 40;

/// Follows a future until it has waited so many times, and drops it there; tells whether it came to its end before.
async fn leaves_at<F: Future>(wait: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut waits = 0;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending => {
            waits += 1;
            if waits == wait {
                // What it asked the database for is on its way, and nobody waits for the answer.
                Poll::Ready(false)
            } else {
                Poll::Pending
            }
        }
    })
    .await
}

async fn writes(app: &App, name: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    save_setting(&mut tx, name, "kept").await?;
    tx.commit().await
}

async fn is_kept(app: &App, name: &str) -> bool {
    let kept = find_setting(&app.db, name).await.expect("read");
    kept.as_deref() == Some("kept")
}

#[tokio::test]
async fn whoever_hangs_up_alone_leaves_the_next_a_database_that_works() {
    let town = Town::new().await;
    let mut has_ended = false;
    for wait in 1..=MOST_WAITS {
        let gone = format!("gone-{wait}");
        has_ended = leaves_at(wait, writes(&town.app, &gone)).await;
        let next = format!("next-{wait}");
        let written = writes(&town.app, &next).await;
        assert!(written.is_ok(), "after hanging up at wait {wait}: {written:?}");
        assert!(is_kept(&town.app, &next).await, "wait {wait}");
    }
    assert!(has_ended, "every wait was tried");
}

#[tokio::test]
async fn whoever_hangs_up_among_others_takes_nothing_of_theirs_along() {
    let town = Town::new().await;
    for wait in 1..=MOST_WAITS {
        let [gone, first, second] = ["gone", "first", "second"].map(|name| format!("{name}-{wait}"));
        let (_, one, two) = tokio::join!(
            leaves_at(wait, writes(&town.app, &gone)),
            writes(&town.app, &first),
            writes(&town.app, &second)
        );
        assert!(one.is_ok() && two.is_ok(), "wait {wait}: {one:?} {two:?}");
        for name in [&first, &second] {
            assert!(is_kept(&town.app, name).await, "{name}");
        }
    }
}
