//! What the office of communication publishes: where people find the network for nothing.

use std::fmt::Write;

use super::{Offered, said};
use crate::demo::world::{census::World, random::Random};

const N_LISTS: usize = 3;

/// Three lists of the public wireless networks: each has more of them.
pub fn wifi(world: &World, year: i16) -> Offered {
    Offered {
        slug: "public-wifi".to_owned(),
        title: "Titik wifi publik".to_owned(),
        description: said(
            "Balai desa dan pasar dengan wifi gratis, dan kecepatannya.",
            "Village halls and markets with free wireless networks, and how fast they are.",
        ),
        theme: "infrastructure",
        organisation: "kominfo",
        period: year.to_string(),
        file_name: "public-wifi.csv",
        editions: (1..=N_LISTS).map(|nth| list(world, nth)).collect(),
    }
}

fn list(world: &World, nth: usize) -> String {
    let mut text = String::from("point,village_code,village,site,mbps\n");
    let n = (world.regency.villages.len() * nth).div_ceil(N_LISTS);
    for (at, village) in world.regency.villages.iter().take(n).enumerate() {
        let mut random = Random::new(world.seed).stream("wifi", at as u64);
        let _ = writeln!(
            text,
            "WF-{:03},{},{},{},{}",
            at + 1,
            village.code,
            village.name,
            if village.is_town { "pasar" } else { "balai desa" },
            random.one_of(&[10, 20, 30, 50])
        );
    }
    text
}
