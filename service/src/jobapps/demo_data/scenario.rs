//! Random scenarios: how an application of the demo data develops.

use super::tables::SOURCES;
use crate::Services;
use domain::jobapps::Outcome;

/// Random choices from the injected generator, so that tests are repeatable.
pub(super) struct SampleRng<'a> {
    pub(super) services: &'a Services,
}

impl SampleRng<'_> {
    /// A number below `n`.
    pub(super) fn below(&self, n: u32) -> u32 {
        let mut bytes = [0; 4];
        self.services.rng.fill(&mut bytes);
        u32::from_le_bytes(bytes) % n.max(1)
    }

    pub(super) fn pick<T: Copy>(&self, from: &[T]) -> Option<T> {
        let at = self.below(u32::try_from(from.len()).unwrap_or(1));
        from.get(usize::try_from(at).unwrap_or(0)).copied()
    }

    pub(super) fn source(&self) -> &'static str {
        let mut rest = self.below(SOURCES.iter().map(|(_, weight)| weight).sum());
        for (source, weight) in SOURCES {
            if rest < weight {
                return source;
            }
            rest -= weight;
        }
        "LinkedIn"
    }
}

/// Events of an application after it was sent: `(stage index, days after the previous step)`, and the outcome.
pub(super) struct Scenario {
    pub(super) steps: Vec<(usize, u32)>,
    pub(super) end: Option<(Outcome, u32)>,
}

pub(super) fn random_scenario(rng: &SampleRng<'_>, age: i64) -> Scenario {
    let luck = rng.below(100);
    let mut steps = Vec::new();
    if luck < 30 {
        steps.push((2, 4 + rng.below(12)));
    }
    if luck < 14 {
        steps.push((3, 6 + rng.below(14)));
    }
    if luck < 4 {
        steps.push((4, 8 + rng.below(12)));
    }
    let end = match luck {
        0 => Some((Outcome::Withdrawn, 5)),
        1..14 if age > 50 && rng.below(4) > 0 => Some((Outcome::Rejected, 6 + rng.below(12))),
        14..30 if age > 40 && rng.below(5) > 0 => Some((Outcome::Rejected, 5 + rng.below(15))),
        30..62 => Some((Outcome::Rejected, 3 + rng.below(30))),
        62..84 => Some((Outcome::Ghosted, 45 + rng.below(15))),
        84..88 => Some((Outcome::Withdrawn, 4 + rng.below(20))),
        // Applications that are still open after two months would look neglected.
        _ if age > 60 => Some((Outcome::Ghosted, 50)),
        _ => None,
    };
    Scenario { steps, end }
}
