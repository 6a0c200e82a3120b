//! Selects the stage that an invitation to an interview leads to.

use domain::jobapps::{Stage, StageKind};
use mail_reader::classifier::interview_form;

/// The stage to move to for an interview, never an earlier one: the first stage named after the form of interview in `text`, or
/// else the first stage of kind interview. The `names` of the job and the employer are ignored in the text.
pub(super) fn interview_stage<'a>(
    stages: &'a [Stage],
    current: (StageKind, Option<&Stage>),
    text: &str,
    names: &[&str],
) -> Option<&'a Stage> {
    let (kind, current) = current;
    let first = stages
        .iter()
        .find(|stage| stage.kind == StageKind::Interview)
        .filter(|stage| stage.kind > kind);
    let text = names
        .iter()
        .filter(|name| !name.is_empty())
        .fold(text.to_owned(), |text, name| text.replace(name, " "));
    let Some(form) = interview_form(&text) else {
        return first;
    };
    let mut candidates = stages
        .iter()
        .filter(|stage| matches!(stage.kind, StageKind::Screening | StageKind::Interview))
        .filter(|stage| interview_form(&stage.value) == Some(form))
        .peekable();
    if candidates.peek().is_none() {
        return first;
    }
    let position = current.map_or(i32::MAX, |stage| stage.position);
    // If the stage for this form of interview is already reached, a later stage for another form would be wrong.
    candidates
        .find(|stage| (stage.kind, stage.position) > (kind, position))
        .or_else(|| first.filter(|stage| interview_form(&stage.value).is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::StageId;
    use uuid::Uuid;

    /// The name of the stage that follows this one.
    fn next(names: &[(&str, StageKind)], current: &str, text: &str) -> Option<String> {
        let stage = |(position, (name, kind)): (i32, &(&str, StageKind))| Stage {
            id: StageId(Uuid::nil()),
            value: (*name).into(),
            kind: *kind,
            position,
            color: None,
        };
        let stages: Vec<Stage> = (0..).zip(names).map(stage).collect();
        let current = stages
            .iter()
            .find(|stage| stage.value == current)
            .expect("a stage");
        let names = ["Video Editor", "Telefónica"];
        interview_stage(&stages, (current.kind, Some(current)), text, &names).map(|stage| stage.value.clone())
    }

    #[test]
    fn interview_leads_to_the_stage_that_is_named_after_its_form_and_never_back() {
        let default = [
            ("Applied", StageKind::Applied),
            ("Phone Screen", StageKind::Screening),
            ("Onsite Interview", StageKind::Interview),
            ("Offer", StageKind::Offer),
        ];
        for (current, text, expected) in [
            ("Applied", "Invitation to a phone interview", Some("Phone Screen")),
            ("Applied", "Einladung zum Telefoninterview", Some("Phone Screen")),
            ("Applied", "Entretien téléphonique", Some("Phone Screen")),
            ("Applied", "Interview", Some("Onsite Interview")),
            (
                "Applied",
                "Interview for Video Editor at Telefónica",
                Some("Onsite Interview"),
            ),
            ("Applied", "Interview at Vision Labs", Some("Onsite Interview")),
            ("Applied", "Video interview", Some("Onsite Interview")),
            ("Applied", "Interview by phone or video", Some("Onsite Interview")),
            ("Phone Screen", "Your phone interview", None),
            ("Phone Screen", "Interview vor Ort", Some("Onsite Interview")),
            ("Onsite Interview", "Phone interview", None),
            ("Offer", "On-site interview", None),
        ] {
            assert_eq!(
                next(&default, current, text).as_deref(),
                expected,
                "{current}: {text}"
            );
        }
        let own = [
            ("Applied", StageKind::Applied),
            ("Phone", StageKind::Screening),
            ("Interview", StageKind::Interview),
            ("Video call", StageKind::Interview),
        ];
        for (current, text, expected) in [
            ("Applied", "Wideorozmowa kwalifikacyjna", Some("Video call")),
            ("Phone", "Second phone interview", Some("Interview")),
            ("Interview", "Entrevista por vídeo", Some("Video call")),
            ("Video call", "Video interview", None),
        ] {
            assert_eq!(
                next(&own, current, text).as_deref(),
                expected,
                "{current}: {text}"
            );
        }
    }
}
