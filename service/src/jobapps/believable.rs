//! A year of a search as it goes: many applications, long silences, some talks, few offers.

use super::{
    match_key, midnight,
    queries::{self, ApplicationRow, EventRow},
};
use crate::{Error, Services, db::TenantTx, rng, text::fold};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    StageId,
    jobapps::{Cause, Outcome, Salary, SalaryPeriod},
};

const COMPANIES: [&str; 64] = [
    "Tideline",
    "Quarry Data",
    "Meridian Health",
    "Foxglove Learning",
    "Papaya Freight",
    "Civic Works",
    "Lumen Maps",
    "Halden Robotics",
    "Kestrel Bank",
    "Brightside Care",
    "Fernway",
    "Oakridge Insurance",
    "Cobalt Rail",
    "Sable Security",
    "Atlas & Finch",
    "Basalt Games",
    "Linden Library",
    "Ardent Mobility",
    "Sparrow Post",
    "Vale Biotech",
    "Nordlicht Energie",
    "Juniper Transit",
    "Hearth Homes",
    "Mosaic Museums",
    "Delta Kitchen",
    "Orchard Software",
    "Copperline",
    "Silverbirch",
    "Tern Logistics",
    "Mill & Stone",
    "Opal Health",
    "Harbour Analytics",
    "Pinewood Labs",
    "Saffron Foods",
    "Granite Cloud",
    "Willow Pay",
    "Ember Studios",
    "Northgate Energy",
    "Bluebell Travel",
    "Ironwood Tools",
    "Marigold Media",
    "Larkspur Legal",
    "Cedar & Co",
    "Riverstone Credit",
    "Plover Apps",
    "Sundial Retail",
    "Amber Grid",
    "Thistle Design",
    "Redwood Insurance",
    "Clearwater Utilities",
    "Heron Aviation",
    "Starling Schools",
    "Maple Mobility",
    "Bramble Commerce",
    "Falcon Freight",
    "Peregrine Space",
    "Snowdrop Clinics",
    "Slate Systems",
    "Anchor Bank",
    "Poppy Pharma",
    "Cinder Security",
    "Dovetail Furniture",
    "Everglade Climate",
    "Gable Homes",
];
const TITLES: [&str; 14] = [
    "Data Analyst",
    "Senior Data Analyst",
    "Product Analyst",
    "Analytics Engineer",
    "Data Scientist",
    "Growth Analyst",
    "BI Developer",
    "Senior Product Analyst",
    "Data Engineer",
    "Insights Manager",
    "Operations Research Analyst",
    "Pricing Analyst",
    "Marketing Analyst",
    "Data Analyst, Fleet Reliability",
];
const SOURCES: [(&str, u32); 7] = [
    ("LinkedIn", 38),
    ("Indeed", 20),
    ("Company site", 14),
    ("Greenhouse", 10),
    ("Referral", 9),
    ("Lever", 6),
    ("Workday", 3),
];
const LOCATIONS: [&str; 6] = ["Berlin", "Remote", "Hamburg", "Copenhagen", "Amsterdam", "Malmö"];
const TAGS: [&str; 5] = ["remote", "dream job", "startup", "public sector", "part time"];

/// How many applications were sent in each month, the oldest first.
const BY_MONTH: [u32; 12] = [4, 6, 9, 7, 5, 8, 11, 9, 6, 10, 9, 11];

/// Besides those: what is going on whatever the dice say, so that no column of the board is empty. Days since it was sent,
/// and the stages that it reached since, as in [`Fate`].
const GOING_ON: [(i64, &[(usize, u32)]); 5] = [
    (19, &[(2, 7)]),
    (24, &[(2, 9)]),
    (33, &[(2, 10), (3, 12)]),
    (41, &[(2, 8), (3, 16)]),
    (52, &[(2, 9), (3, 15), (4, 17)]),
];

/// Repeatable choices from the injected randomness.
struct Dice<'a> {
    services: &'a Services,
}

impl Dice<'_> {
    /// A number from 0 up to, not including, `n`.
    fn roll(&self, n: u32) -> u32 {
        let mut bytes = [0; 4];
        self.services.rng.fill(&mut bytes);
        u32::from_le_bytes(bytes) % n.max(1)
    }

    fn pick<T: Copy>(&self, from: &[T]) -> Option<T> {
        let at = self.roll(u32::try_from(from.len()).unwrap_or(1));
        from.get(usize::try_from(at).unwrap_or(0)).copied()
    }

    fn source(&self) -> &'static str {
        let mut at = self.roll(SOURCES.iter().map(|(_, weight)| weight).sum());
        for (source, weight) in SOURCES {
            if at < weight {
                return source;
            }
            at -= weight;
        }
        "LinkedIn"
    }
}

/// What happens to one application: the stages it reaches after the first, days after the one before, and its end.
struct Fate {
    steps: Vec<(usize, u32)>,
    end: Option<(Outcome, u32)>,
}

fn fate(dice: &Dice<'_>, age: i64) -> Fate {
    let luck = dice.roll(100);
    let mut steps = Vec::new();
    if luck < 30 {
        steps.push((2, 4 + dice.roll(12)));
    }
    if luck < 14 {
        steps.push((3, 6 + dice.roll(14)));
    }
    if luck < 4 {
        steps.push((4, 8 + dice.roll(12)));
    }
    let end = match luck {
        0 => Some((Outcome::Withdrawn, 5)),
        1..14 if age > 50 && dice.roll(4) > 0 => Some((Outcome::Rejected, 6 + dice.roll(12))),
        14..30 if age > 40 && dice.roll(5) > 0 => Some((Outcome::Rejected, 5 + dice.roll(15))),
        30..62 => Some((Outcome::Rejected, 3 + dice.roll(30))),
        62..84 => Some((Outcome::Ghosted, 45 + dice.roll(15))),
        84..88 => Some((Outcome::Withdrawn, 4 + dice.roll(20))),
        // What is older than two months and still open looks forgotten.
        _ if age > 60 => Some((Outcome::Ghosted, 50)),
        _ => None,
    };
    Fate { steps, end }
}

/// Fills an empty workspace. `stages` are its five, in order.
pub(crate) async fn fill(
    services: &Services,
    tx: &mut TenantTx,
    stages: &[StageId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let dice = Dice { services };
    let mut rows = Rows::default();
    let mut companies = COMPANIES.iter().cycle();
    for (months_ago, count) in (0_i64..).zip(BY_MONTH.into_iter().rev()) {
        for _ in 0..count {
            let Some(company) = companies.next() else { continue };
            let age = months_ago * 30 + i64::from(dice.roll(29)) + 1;
            let fate = fate(&dice, age);
            sent(services, &dice, company, age, fate, stages, now, &mut rows);
        }
    }
    for ((age, steps), company) in GOING_ON.into_iter().zip(companies.by_ref()) {
        let fate = Fate {
            steps: steps.to_vec(),
            end: None,
        };
        sent(services, &dice, company, age, fate, stages, now, &mut rows);
    }
    for company in companies.take(6) {
        found(services, &dice, company, stages, now, &mut rows);
    }
    queries::insert_applications(tx, &rows.applications).await?;
    queries::insert_events(tx, &rows.events).await
}

/// What is to be inserted.
#[derive(Default)]
struct Rows {
    applications: Vec<ApplicationRow>,
    events: Vec<EventRow>,
}

/// An application that was sent `age` days ago, and what happened since.
fn sent(
    services: &Services,
    dice: &Dice<'_>,
    company: &str,
    age: i64,
    fate: Fate,
    stages: &[StageId],
    now: DateTime<Utc>,
    rows: &mut Rows,
) {
    let Some(applied) = stages.get(1).copied() else {
        return;
    };
    let source = dice.source();
    let cause = if matches!(source, "Referral" | "Company site") {
        Cause::User
    } else {
        Cause::Mail
    };
    let sent_at = midnight(now.date_naive() - TimeDelta::days(age), "UTC");
    let mut row = row(services, dice, company, applied, sent_at, source);
    let mut entry = entry(services, &row, None, sent_at, cause);
    rows.events.push(entry.clone());
    let mut at = sent_at + TimeDelta::hours(9) + TimeDelta::minutes(i64::from(dice.roll(500)));
    let moves = fate
        .steps
        .iter()
        .filter_map(|(stage, days)| Some((Some(*stages.get(*stage)?), None, *days)));
    let end = fate.end.map(|(outcome, days)| (None, Some(outcome), days));
    for (stage, outcome, days) in moves.chain(end) {
        at += TimeDelta::days(i64::from(days));
        if at >= now {
            break;
        }
        entry = EventRow {
            id: services.id(),
            from_stage_id: Some(row.stage_id),
            to_stage_id: stage.unwrap_or(row.stage_id),
            outcome,
            occurred_at: at,
            recorded_at: at,
            ..entry
        };
        row.stage_id = entry.to_stage_id;
        row.outcome = outcome;
        row.moved_at = at;
        rows.events.push(entry.clone());
    }
    rows.applications.push(row);
}

/// A posting that was found in the last days and not answered yet.
fn found(
    services: &Services,
    dice: &Dice<'_>,
    company: &str,
    stages: &[StageId],
    now: DateTime<Utc>,
    rows: &mut Rows,
) {
    let Some(to_apply) = stages.first().copied() else {
        return;
    };
    let at = now - TimeDelta::hours(i64::from(5 + dice.roll(220)));
    let source = dice.source();
    let row = row(services, dice, company, to_apply, at, source);
    rows.events.push(entry(services, &row, None, at, Cause::User));
    rows.applications.push(row);
}

fn row(
    services: &Services,
    dice: &Dice<'_>,
    company: &str,
    stage: StageId,
    at: DateTime<Utc>,
    source: &str,
) -> ApplicationRow {
    let job_title = dice.pick(&TITLES).unwrap_or("Data Analyst").to_owned();
    let low = i64::from(46 + dice.roll(30)) * 1000;
    let salary = (dice.roll(3) == 0).then(|| Salary {
        min: Some(low),
        max: Some(low + i64::from(4 + dice.roll(9)) * 1000),
        currency: "EUR".into(),
        period: SalaryPeriod::Year,
    });
    ApplicationRow {
        id: rng::uuid(at, services.rng.as_ref()).into(),
        search_text: fold(&format!("{job_title} {company}")),
        match_key: match_key(company),
        requisition: None,
        stage_id: stage,
        outcome: None,
        moved_at: at,
        apply_date: at.date_naive(),
        source: source.to_owned(),
        location: (dice.roll(3) > 0)
            .then(|| dice.pick(&LOCATIONS).map(str::to_owned))
            .flatten(),
        url: None,
        salary,
        tags: (dice.roll(4) == 0)
            .then(|| dice.pick(&TAGS).map(str::to_owned))
            .flatten()
            .into_iter()
            .collect(),
        edited: Vec::new(),
        created_at: at,
        company: company.to_owned(),
        job_title,
    }
}

fn entry(
    services: &Services,
    row: &ApplicationRow,
    from: Option<StageId>,
    at: DateTime<Utc>,
    cause: Cause,
) -> EventRow {
    EventRow {
        id: services.id(),
        application_id: row.id,
        from_stage_id: from,
        to_stage_id: row.stage_id,
        outcome: None,
        occurred_at: at,
        recorded_at: at,
        cause,
        actor_id: None,
        mail_id: None,
    }
}
