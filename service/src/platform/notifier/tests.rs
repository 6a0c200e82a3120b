use super::*;
use tokio::time::timeout;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

const NOW: Duration = Duration::ZERO;

/// Delivers all marks, as if a notification had arrived.
fn deliver_marked(notifier: &Notifier) -> usize {
    let notifications = notifier.take();
    for notification in &notifications {
        notifier.deliver(&notification.payload);
    }
    notifications.len()
}

async fn is_notified(subscription: &mut Subscription) -> bool {
    timeout(Duration::from_millis(10), subscription.changed())
        .await
        .is_ok()
}

/// Connected for long enough that a new page has missed nothing.
fn connected() -> (Notifier, Instant) {
    let notifier = Notifier::default();
    let now = Instant::now();
    notifier.set_connected_at(now);
    (notifier, now + Duration::from_mins(1))
}

#[tokio::test]
async fn change_reaches_its_user_and_no_other() {
    let (notifier, now) = connected();
    let subscribe = |tenant, user| notifier.subscribe_at(now, id(tenant).into(), id(user).into(), None, NOW);
    let mut own = subscribe(1, 10).expect("subscribed");
    let mut other_user = subscribe(1, 11).expect("subscribed");
    let mut other_tenant = subscribe(2, 10).expect("subscribed");
    for _ in 0..1000 {
        notifier.mark(id(1).into(), id(10).into());
    }
    assert_eq!(deliver_marked(&notifier), 1, "one notification for all of them");
    assert!(is_notified(&mut own).await);
    assert!(!is_notified(&mut own).await, "once");
    assert!(!is_notified(&mut other_user).await);
    assert!(!is_notified(&mut other_tenant).await);
    notifier.mark_tenant(id(1).into());
    deliver_marked(&notifier);
    assert!(is_notified(&mut own).await);
    assert!(is_notified(&mut other_user).await);
    assert!(!is_notified(&mut other_tenant).await);
}

#[tokio::test]
async fn change_is_not_announced_to_the_tab_that_caused_it() {
    let (notifier, now) = connected();
    let (tenant, user) = (id(1).into(), id(10).into());
    let mut own = notifier
        .subscribe_at(now, tenant, user, Some(Tab(id(7))), NOW)
        .expect("subscribed");
    let mut other = notifier
        .subscribe_at(now, tenant, user, Some(Tab(id(8))), NOW)
        .expect("subscribed");
    with_tab(Some(Tab(id(7))), async { notifier.mark(tenant, user) }).await;
    deliver_marked(&notifier);
    assert!(!is_notified(&mut own).await);
    assert!(is_notified(&mut other).await);
    // The change of this tab is delivered together with a change of another tab.
    with_tab(Some(Tab(id(7))), async { notifier.mark(tenant, user) }).await;
    with_tab(Some(Tab(id(8))), async { notifier.mark(tenant, user) }).await;
    deliver_marked(&notifier);
    assert!(is_notified(&mut own).await);
    assert!(is_notified(&mut other).await);
}

#[tokio::test]
async fn page_hears_of_a_change_after_it_was_rendered() {
    let (notifier, now) = connected();
    let (tenant, user) = (id(1).into(), id(10).into());
    notifier.mark(tenant, user);
    for Notification { payload, .. } in notifier.take() {
        notifier.deliver_at(now, &payload);
    }
    let later = now + Duration::from_secs(10);
    let subscribe = |age| notifier.subscribe_at(later, tenant, user, None, Duration::from_secs(age));
    assert!(!is_notified(&mut subscribe(3).expect("subscribed")).await);
    assert!(is_notified(&mut subscribe(9).expect("subscribed")).await);
    assert!(
        is_notified(&mut subscribe(100_000).expect("subscribed")).await,
        "no one knows"
    );
    notifier.set_disconnected();
    assert!(
        is_notified(&mut subscribe(0).expect("subscribed")).await,
        "no one knows"
    );
}

#[tokio::test]
async fn user_has_a_limited_number_of_subscriptions() {
    let (notifier, now) = connected();
    let subscribe = |user| notifier.subscribe_at(now, id(1).into(), id(user).into(), None, NOW);
    let all: Vec<_> = (0..USER_LIMIT)
        .map(|_| subscribe(10).expect("subscribed"))
        .collect();
    assert!(subscribe(10).is_err());
    assert!(subscribe(11).is_ok());
    drop(all);
    assert!(subscribe(10).is_ok());
    assert_eq!(notifier.subscriptions(), 0);
}

#[tokio::test]
async fn closing_ends_all_subscriptions() {
    let (notifier, now) = connected();
    let mut open = notifier
        .subscribe_at(now, id(1).into(), id(10).into(), None, NOW)
        .expect("subscribed");
    notifier.close();
    assert!(!open.changed().await);
    assert!(!open.sleep(Duration::from_secs(100)).await);
}

#[test]
fn unknown_notification_is_ignored() {
    for line in ["", "x", "- - -", "00000000000000000000000000000001 -"] {
        assert_eq!(Change::parse(line), None, "{line}");
    }
}
