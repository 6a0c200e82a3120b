//! Applies messages to applications: creates applications, changes their state, and fills in missing fields.

use super::{
    CERTAIN_THRESHOLD, Candidate, Confirmation, LIKELY_THRESHOLD, MatchContext, MatchKeys, MatchReport,
    MessageChanges, MessageEvent, MessageLink, UnmatchedMessage,
    find_match::{Match, apply_date, find_match},
    interview_stage::interview_stage,
};
use crate::platform::time_zone::midnight;
use chrono::NaiveDate;
use domain::{
    JobApplicationId, StageId,
    jobapps::{
        Outcome, StageKind,
        state_machine::{Command, Event, State, transition},
    },
    mail::{MailDecision, MessageKind},
};

impl UnmatchedMessage {
    /// Whether the message creates an application if none matches.
    fn creates_application(&self) -> bool {
        self.kind == MessageKind::Confirmation
            || (self.confidence >= CERTAIN_THRESHOLD
                && self.kind != MessageKind::Viewed
                && self.company.is_some()
                && self.title.is_some())
    }
}

impl MatchReport {
    pub(super) fn add(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        new_id: &mut impl FnMut() -> JobApplicationId,
    ) {
        let of_event = message
            .event_key()
            .and_then(|key| self.threads.get(&key).copied())
            .and_then(|id| self.candidates.iter().position(|c| c.id == id));
        let is_relevant = message.is_relevant() || of_event.is_some();
        if !is_relevant || context.is_ignored_sender(&message.sender) {
            self.skip(message, MailDecision::Ignored);
            return;
        }
        if let Some(index) = of_event {
            self.update(context, message, index, MailDecision::Automatic);
            return;
        }
        let apply_date = apply_date(message, context.time_zone);
        let found = if message.confidence >= LIKELY_THRESHOLD {
            find_match(&self.candidates, &self.threads, message, apply_date)
        } else {
            Match::Ambiguous
        };
        match found {
            Match::Existing(index) if self.asks_to_reopen(message, index) => {
                self.skip(message, MailDecision::Review);
            }
            Match::Existing(index) => self.update(context, message, index, MailDecision::Automatic),
            Match::New if message.creates_application() && self.created < context.max_new => {
                self.create(context, message, new_id(), MailDecision::Automatic);
            }
            Match::New | Match::Ambiguous => self.skip(message, MailDecision::Review),
        }
    }

    /// Whether the message continues an application that was closed before. Only the user can decide whether it is open again.
    fn asks_to_reopen(&self, message: &UnmatchedMessage, index: usize) -> bool {
        self.candidates
            .get(index)
            .is_some_and(|candidate| !candidate.is_deleted && candidate.is_continued_by(message))
    }

    /// Applies the user's decision about a message: adds it to this application, or to a new one.
    pub(in crate::mail) fn add_decided(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        application: Option<JobApplicationId>,
        decision: MailDecision,
        new_id: impl FnOnce() -> JobApplicationId,
    ) {
        match application {
            Some(id) => {
                if let Some(index) = self.candidates.iter().position(|c| c.id == id) {
                    self.update(context, message, index, decision);
                }
            }
            None => self.create(context, message, new_id(), decision),
        }
    }

    fn skip(&mut self, message: &UnmatchedMessage, decision: MailDecision) {
        self.links.push(MessageLink {
            message: message.id,
            application: None,
            decision,
            changes: None,
        });
        if decision == MailDecision::Review {
            self.in_review += 1;
        } else {
            self.ignored += 1;
        }
    }

    fn update(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        index: usize,
        decision: MailDecision,
    ) {
        let Some(candidate) = self.candidates.get_mut(index) else {
            return;
        };
        let application = candidate.id;
        let before = candidate.field_values();
        // A message that belongs to an application counts as an update, even if it changes neither fields nor stage.
        let is_updated = !candidate.is_deleted;
        let event = if is_updated {
            candidate.apply(context, message, decision)
        } else {
            None
        };
        let fields = candidate.changed_fields(before);
        self.links.push(MessageLink {
            message: message.id,
            application: Some(application),
            decision,
            changes: (!fields.is_empty()).then_some(MessageChanges {
                fields,
                ..MessageChanges::default()
            }),
        });
        self.remember(message, application);
        if is_updated {
            self.updated += 1;
        } else {
            self.ignored += 1;
        }
        self.push_events(application, message, event);
    }

    fn create(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        id: JobApplicationId,
        decision: MailDecision,
    ) {
        let apply_date = apply_date(message, context.time_zone);
        let state = State {
            stage: context.applied_stage,
            outcome: None,
        };
        let occurred_at = midnight(apply_date, context.time_zone);
        let mut candidate = Candidate {
            id,
            keys: MatchKeys::new(message.company.as_deref(), message.title.as_deref()),
            company: message.company.clone(),
            title: message.title.clone(),
            requisitions: message.requisition.clone().into_iter().collect(),
            state,
            stage_kind: StageKind::Applied,
            stage_changed_at: occurred_at,
            apply_date,
            source: message.platform.clone(),
            location: message.location.clone(),
            user_edited_fields: Vec::new(),
            is_deleted: false,
            silent_since: None,
            confirmations: Vec::new(),
            merged_titles: Vec::new(),
            merged_requisitions: Vec::new(),
            is_new: true,
            is_changed: false,
        };
        let creation = Event {
            from: None,
            previous_outcome: None,
            to: state,
            occurred_at,
        };
        let event = candidate.apply(context, message, decision);
        self.links.push(MessageLink {
            message: message.id,
            application: Some(id),
            decision,
            changes: Some(MessageChanges {
                created: true,
                ..MessageChanges::default()
            }),
        });
        self.remember(message, id);
        self.push_events(id, message, std::iter::once(creation).chain(event));
        self.candidates.push(candidate);
        self.created += 1;
    }

    /// Remembers the application, because later messages of the thread, or about the same event, belong to it, too.
    fn remember(&mut self, message: &UnmatchedMessage, application: JobApplicationId) {
        self.threads.insert(message.message_id.clone(), application);
        if let Some(key) = message.event_key() {
            self.threads.entry(key).or_insert(application);
        }
    }

    fn push_events(
        &mut self,
        application: JobApplicationId,
        message: &UnmatchedMessage,
        events: impl IntoIterator<Item = Event>,
    ) {
        self.events.extend(events.into_iter().map(|event| MessageEvent {
            application,
            event,
            message: message.id,
        }));
    }
}

impl Candidate {
    /// Applies a message to the application. Returns the new event.
    fn apply(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        decision: MailDecision,
    ) -> Option<Event> {
        let apply_date = apply_date(message, context.time_zone);
        let mut is_changed = self.fill_missing(message);
        let is_reopened = (message.kind != MessageKind::Confirmation && self.is_reopened_at(message.sent_at))
            || (decision != MailDecision::Automatic && self.is_continued_by(message));
        let mut command = Command::default();
        match message.kind {
            MessageKind::Confirmation => {
                is_changed |= self.add_confirmation(context, message, apply_date);
                if self.stage_kind == StageKind::ToApply && self.state.outcome.is_none() {
                    command.stage = Some(context.applied_stage);
                }
            }
            _ if self.state.outcome.is_some() && !is_reopened => {}
            MessageKind::Rejection => command.outcome = Some(Some(Outcome::Rejected)),
            MessageKind::Cancelled => command.outcome = Some(Some(Outcome::Cancelled)),
            MessageKind::Withdrawn => command.outcome = Some(Some(Outcome::Withdrawn)),
            MessageKind::Assessment => command.stage = self.later_stage(context, StageKind::Screening),
            MessageKind::Interview => command.stage = self.later_interview_stage(context, message),
            MessageKind::Offer => command.stage = self.later_stage(context, StageKind::Offer),
            _ => {}
        }
        if is_reopened {
            command.outcome.get_or_insert(None);
        }
        // A message never overrides anything that happened after it was sent, such as a change by the user. Exceptions: the user
        // decides so, or the application was closed for silence before the message was read.
        let is_late_allowed = decision != MailDecision::Automatic || is_reopened;
        let event = if message.sent_at >= self.stage_changed_at || is_late_allowed {
            transition(self.state, command, message.sent_at.max(self.stage_changed_at))
        } else {
            None
        };
        if let Some(event) = event {
            self.state = event.to;
            self.silent_since = None;
            self.stage_changed_at = event.occurred_at;
            let stage = context.stages.iter().find(|s| s.id == self.state.stage);
            self.stage_kind = stage.map_or(self.stage_kind, |s| s.kind);
            is_changed = true;
        }
        self.is_changed |= is_changed;
        event
    }

    /// The stage of this kind if it is later than the current stage, because a message never moves an application back.
    fn later_stage(&self, context: &MatchContext<'_>, kind: StageKind) -> Option<StageId> {
        context.stage_of(kind).filter(|_| kind > self.stage_kind)
    }

    /// The stage for an interview if it is later than the current stage.
    fn later_interview_stage(
        &self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
    ) -> Option<StageId> {
        let current = context.stages.iter().find(|s| s.id == self.state.stage);
        let names: Vec<&str> = [&message.title, &message.company, &self.title, &self.company]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        interview_stage(context.stages, (self.stage_kind, current), &message.words, &names).map(|s| s.id)
    }

    /// Fills in missing fields, except fields that the user has edited.
    fn fill_missing(&mut self, message: &UnmatchedMessage) -> bool {
        let mut is_changed = false;
        if self.title.is_none() && message.title.is_some() {
            self.title.clone_from(&message.title);
            is_changed = true;
        }
        if self.company.is_none() && message.company.is_some() {
            self.company.clone_from(&message.company);
            is_changed = true;
        }
        if is_changed {
            self.keys = MatchKeys::new(self.company.as_deref(), self.title.as_deref());
        }
        if self.location.is_none() && message.location.is_some() && !self.is_edited("location") {
            self.location.clone_from(&message.location);
            is_changed = true;
        }
        if let Some(requisition) = message
            .requisition
            .as_ref()
            .filter(|r| !self.requisitions.contains(r))
        {
            // Only the first requisition is stored.
            is_changed |= self.requisitions.is_empty();
            self.requisitions.push(requisition.clone());
        }
        is_changed
    }

    /// Updates apply date and source. The earliest confirmation provides them, but a job board takes precedence as the source.
    fn add_confirmation(
        &mut self,
        context: &MatchContext<'_>,
        message: &UnmatchedMessage,
        apply_date: NaiveDate,
    ) -> bool {
        let mut is_changed = false;
        if apply_date < self.apply_date && !self.is_edited("apply_date") {
            self.apply_date = apply_date;
            is_changed = true;
        }
        let is_job_board = |platform: &str| context.job_boards.contains(&platform);
        let is_earliest = self.confirmations.iter().all(|c| message.sent_at < c.sent_at);
        let is_better_source = match (is_job_board(&message.platform), is_job_board(&self.source)) {
            (true, false) => true,
            (false, true) => false,
            _ => is_earliest && !self.confirmations.is_empty(),
        };
        let was_created_by_message = self.is_new || !self.confirmations.is_empty();
        if is_better_source
            && was_created_by_message
            && self.source != message.platform
            && !self.is_edited("source")
        {
            self.source.clone_from(&message.platform);
            is_changed = true;
        }
        match self
            .confirmations
            .iter_mut()
            .find(|c| c.platform == message.platform)
        {
            Some(confirmation) => confirmation.sent_at = confirmation.sent_at.min(message.sent_at),
            None => self.confirmations.push(Confirmation {
                platform: message.platform.clone(),
                sent_at: message.sent_at,
            }),
        }
        is_changed
    }
}
