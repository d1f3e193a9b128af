//! A release of OCDS 1.0 as one of 1.1, by the standard's guidance on changes between the two: organisations move to `parties` and
//! leave references behind, `amendment` joins `amendments`, and transactions take the words of 1.1.

use serde_json::{Map, Value, json};
use std::hash::{BuildHasher, Hash, Hasher};

/// Whether a release speaks 1.0: it names organisations in full, or the words of 1.0, and has no `parties`. A package's `version` knows
/// better where there is one.
#[must_use]
pub fn is_1_0(release: &Value) -> bool {
    let full = |organisation: Option<&Value>| {
        organisation
            .is_some_and(|o| o.get("identifier").is_some() || (o.is_object() && o.get("id").is_none()))
    };
    let awards = release
        .get("awards")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let suppliers = awards
        .filter_map(|award| award.get("suppliers")?.as_array())
        .flatten();
    release.get("parties").is_none()
        && (full(release.get("buyer"))
            || full(release.pointer("/tender/procuringEntity"))
            || suppliers.into_iter().any(|supplier| full(Some(supplier))))
}

/// Brings a release to 1.1; one of 1.1 stays as it is. What is no object stays too.
pub fn upgrade(release: &mut Value) {
    let Value::Object(release) = release else {
        return;
    };
    let mut parties = match release.shift_remove("parties") {
        Some(Value::Array(parties)) => parties,
        // Whatever it is, `check` will name it.
        Some(other) => {
            release.insert("parties".to_owned(), other);
            return;
        }
        None => Vec::new(),
    };
    if let Some(buyer) = release.get_mut("buyer") {
        refer(buyer, "buyer", &mut parties);
    }
    if let Some(tender) = release.get_mut("tender") {
        if let Some(entity) = tender.get_mut("procuringEntity") {
            refer(entity, "procuringEntity", &mut parties);
        }
        for tenderer in items(tender, "tenderers") {
            refer(tenderer, "tenderer", &mut parties);
        }
        amendments(tender);
    }
    for award in release
        .get_mut("awards")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        for supplier in items(award, "suppliers") {
            refer(supplier, "supplier", &mut parties);
        }
        amendments(award);
    }
    for contract in release
        .get_mut("contracts")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        amendments(contract);
        if let Some(implementation) = contract.get_mut("implementation") {
            for transaction in items(implementation, "transactions") {
                pay(transaction, &mut parties);
            }
        }
    }
    if !parties.is_empty() {
        release.insert("parties".to_owned(), Value::Array(parties));
    }
}

fn items<'v>(holder: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    holder
        .get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

/// Moves an organisation to the parties and leaves its `id` and `name`.
fn refer(organisation: &mut Value, role: &str, parties: &mut Vec<Value>) {
    let Value::Object(object) = organisation else {
        return;
    };
    let id = match object.get("id") {
        None | Some(Value::Null) => Value::String(made(object)),
        Some(id) => id.clone(),
    };
    let name = object.get("name").cloned();
    let party = parties.iter_mut().find(|party| party.get("id") == Some(&id));
    let party = match party {
        Some(party) => party,
        None => {
            let mut party = Map::new();
            party.insert("id".to_owned(), id.clone());
            party.extend(std::mem::take(object).into_iter().filter(|(key, _)| key != "id"));
            parties.push(Value::Object(party));
            let Some(party) = parties.last_mut() else { return };
            party
        }
    };
    if let Value::Object(party) = party {
        let roles = party.entry("roles").or_insert_with(|| json!([]));
        if let Value::String(one) = roles {
            *roles = json!([one]);
        }
        if let Value::Array(roles) = roles
            && !roles.iter().any(|known| known == role)
        {
            roles.push(Value::from(role));
        }
    }
    let mut reference = Map::new();
    reference.insert("id".to_owned(), id);
    if let Some(name) = name {
        reference.insert("name".to_owned(), name);
    }
    *organisation = Value::Object(reference);
}

/// An identifier for an organisation that has none: `scheme-id` where it is identified, else one made of its name, its address and
/// whom to contact, the same wherever these are the same.
fn made(object: &Map<String, Value>) -> String {
    let part = |holder: Option<&Value>, key: &str| -> String {
        match holder.and_then(|holder| holder.get(key)) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    };
    let identifier = object.get("identifier");
    let (scheme, id) = (part(identifier, "scheme"), part(identifier, "id"));
    if !id.is_empty() {
        return if scheme.is_empty() {
            id
        } else {
            format!("{scheme}-{id}")
        };
    }
    // Seeds that never change: the same release gives the same identifiers on every machine.
    let mut hasher = foldhash::quality::FixedState::with_seed(0x6f63_6473).build_hasher();
    object.get("name").and_then(Value::as_str).hash(&mut hasher);
    for (holder, keys) in [
        ("identifier", &["legalName", "uri"][..]),
        (
            "address",
            &["streetAddress", "locality", "region", "postalCode", "countryName"],
        ),
        (
            "contactPoint",
            &["name", "email", "telephone", "faxNumber", "url"],
        ),
    ] {
        for key in keys {
            part(object.get(holder), key).hash(&mut hasher);
        }
    }
    format!("party-{:016x}", hasher.finish())
}

/// The one amendment of 1.0 becomes one of many.
fn amendments(block: &mut Value) {
    let Value::Object(block) = block else {
        return;
    };
    let Some(one) = block.shift_remove("amendment") else {
        return;
    };
    let many = block.entry("amendments").or_insert_with(|| json!([]));
    if let Value::Array(many) = many
        && !one.is_null()
        && !many.contains(&one)
    {
        many.push(one);
    }
}

/// A transaction's amount and both its sides.
fn pay(transaction: &mut Value, parties: &mut Vec<Value>) {
    let Value::Object(object) = transaction else {
        return;
    };
    if !object.contains_key("value")
        && let Some(amount) = object.shift_remove("amount")
    {
        object.insert("value".to_owned(), amount);
    }
    for (old, new) in [
        ("providerOrganization", "payer"),
        ("receiverOrganization", "payee"),
    ] {
        if object.contains_key(new) {
            continue;
        }
        let Some(identifier) = object.shift_remove(old) else {
            continue;
        };
        let mut party = Map::new();
        if let Some(name) = identifier.get("legalName") {
            party.insert("name".to_owned(), name.clone());
        }
        party.insert("identifier".to_owned(), identifier);
        let mut party = Value::Object(party);
        refer(&mut party, new, parties);
        object.insert(new.to_owned(), party);
    }
}
