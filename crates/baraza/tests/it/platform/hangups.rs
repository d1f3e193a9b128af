//! Clients that hang up in the middle of a change, at every moment of it.

use std::time::Duration;

use baraza::platform::app::{find_setting, save_setting};

use crate::town::Town;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_hangs_up_in_the_middle_of_a_change_stops_nobody_else() {
    let town = Town::new().await;
    let app = town.app.clone();
    let writes = async |name: String| {
        let mut tx = app.db.begin().await?;
        save_setting(&mut tx, &name, "kept").await?;
        tx.commit().await
    };
    for round in 0..400_u64 {
        // Two share a transaction with one that goes away a little later each time.
        let gone = tokio::time::timeout(
            Duration::from_micros(round * 13 % 2_600),
            writes(format!("gone-{round}")),
        );
        let (_, first, second) = tokio::join!(
            gone,
            writes(format!("first-{round}")),
            writes(format!("second-{round}"))
        );
        first.unwrap_or_else(|problem| panic!("round {round}: {problem:?}"));
        second.unwrap_or_else(|problem| panic!("round {round}: {problem:?}"));
    }
    for round in 0..400 {
        for name in ["first", "second"] {
            let kept = find_setting(&app.db, &format!("{name}-{round}"))
                .await
                .expect("read");
            assert_eq!(kept.as_deref(), Some("kept"), "{name}-{round}");
        }
    }
}
