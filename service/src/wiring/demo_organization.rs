//! Demo organizations: the visitor is a coach, and the members have a year of sample data.

use super::demo::DEMO_TTL;
use crate::{
    Error, Services,
    auth::{
        create_user,
        queries::{NewUser, insert_user},
    },
    coaching::grant_access,
    context::{Caller, ClientInfo, Grant},
    jobapps::demo_data::seed_demo_member,
    organizations::{add_group, set_group_members},
    platform::{db::GlobalTx, time_zone::known_or_utc},
    rate_limit,
    tenants::{self, queries::NewTenant},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    TenantId, UserId,
    coaching::{AccessScope, GrantAccessInput},
    jobapps::EventSource,
    tenants::{AddGroupInput, Role, SetGroupMembersInput, Tenant, TenantKind},
    users::User,
};

/// How long the organization has existed, in days.
const AGE_DAYS: i64 = 365;

/// The owner, who has no applications.
const OWNER: (&str, &str) = ("Rosa", "Okafor");
const MEMBERS: [(&str, &str); 12] = [
    ("Amir", "Haddad"),
    ("Bea", "Lindgren"),
    ("Chidi", "Eze"),
    ("Dana", "Kowalski"),
    ("Elif", "Aydin"),
    ("Felix", "Baumann"),
    ("Grace", "Tan"),
    ("Hugo", "Marchetti"),
    ("Ines", "Carvalho"),
    ("Jonas", "Nyberg"),
    ("Kiri", "Walker"),
    ("Liam", "Byrne"),
];
/// Members who have granted the coach access. There is one in each of the two large groups, so that five others are left in them.
const CLIENTS: [(usize, AccessScope); 2] = [(0, AccessScope::Comment), (6, AccessScope::Read)];
/// Names of groups, and their members. The last one is too small for metrics.
const GROUPS: [(&str, std::ops::Range<usize>); 3] = [
    ("Autumn course", 0..6),
    ("Spring course", 6..12),
    ("Evening class", 9..12),
];

/// Creates a demo organization with a coach, twelve members, groups and grants, and returns the coach. None of them has a password.
///
/// # Errors
/// `rate_limited`.
pub async fn create_demo_organization(
    services: &Services,
    client: &ClientInfo,
    time_zone: &str,
) -> Result<(User, Tenant), Error> {
    rate_limit::check_demo(services, client).await?;
    let now = services.clock.now();
    let founded_at = now - TimeDelta::days(AGE_DAYS);
    let expires_at = Some(now + DEMO_TTL);
    let time_zone = known_or_utc(time_zone);
    let new_tenant = NewTenant {
        id: services.id(),
        slug: format!("harbor-academy-{}", tenants::random_suffix(services)),
        name: "Harbor Academy".into(),
        kind: TenantKind::Organization,
        created_at: founded_at,
        expires_at,
    };
    let tenant_id = new_tenant.id;
    let mut tx = services.db.begin_global().await?;
    let personal = tenants::new_personal_tenant(services, "Mara", expires_at);
    let coach = new_person(services, ("Mara", "Lindqvist"), time_zone, now);
    let (coach, _) = create_user(services, &mut tx, coach, personal).await?;
    let owner = new_person(services, OWNER, time_zone, now);
    let owner_id = owner.id;
    insert_user(&mut tx, &owner).await?;
    let organization = tenants::create_tenant(services, &mut tx, new_tenant, owner_id, "Rosa Okafor").await?;
    let coach_name = coach.display_name();
    tenants::queries::insert_membership(&mut tx, tenant_id, coach.id, Role::Coach, &coach_name, founded_at)
        .await?;
    let members = insert_members(services, &mut tx, tenant_id, time_zone, founded_at).await?;
    let stages = tenants::create_default_stages(services, &mut tx, tenant_id).await?;
    tx.commit().await?;
    // As for the demo of one person: if one of these fails, a smaller demo remains until it expires.
    for member in &members {
        let grant = Grant::for_new_tenant(tenant_id, *member);
        let mut tx = services.db.begin(grant).await?;
        seed_demo_member(services, &mut tx, &stages, now).await?;
        tx.commit().await?;
    }
    let coach = Caller {
        user: coach,
        tenant: Tenant {
            role: Role::Coach,
            ..organization
        },
        session: services.id(),
        via: EventSource::User,
        ip: None,
    };
    add_grants(services, &coach, &members).await?;
    add_groups(services, &coach, &members).await?;
    Ok((coach.user, coach.tenant))
}

/// A user without a password who expires with the demo.
fn new_person(services: &Services, name: (&str, &str), time_zone: &str, now: DateTime<Utc>) -> NewUser {
    let id: UserId = services.id();
    let email = format!("demo-{}@demo.invalid", id.0.simple());
    NewUser {
        id,
        email_normalized: email.clone(),
        email,
        password_hash: None,
        first_name: Some(name.0.into()),
        last_name: Some(name.1.into()),
        time_zone: time_zone.to_owned(),
        created_at: now,
        expires_at: Some(now + DEMO_TTL),
    }
}

async fn insert_members(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
    time_zone: &str,
    joined_at: DateTime<Utc>,
) -> Result<Vec<UserId>, Error> {
    let now = services.clock.now();
    let mut members = Vec::with_capacity(MEMBERS.len());
    for name in MEMBERS {
        let person = new_person(services, name, time_zone, now);
        insert_user(tx, &person).await?;
        let display_name = format!("{} {}", name.0, name.1);
        tenants::queries::insert_membership(tx, tenant, person.id, Role::Member, &display_name, joined_at)
            .await?;
        members.push(person.id);
    }
    Ok(members)
}

async fn add_grants(services: &Services, coach: &Caller, members: &[UserId]) -> Result<(), Error> {
    for (index, scope) in CLIENTS {
        let Some(member) = members.get(index) else {
            continue;
        };
        let mut caller = coach.clone();
        caller.user.id = *member;
        caller.tenant.role = Role::Member;
        let input = GrantAccessInput {
            viewer_id: coach.user.id,
            scope,
            expires_at: None,
        };
        grant_access(services, &caller, input).await?;
    }
    Ok(())
}

async fn add_groups(services: &Services, coach: &Caller, members: &[UserId]) -> Result<(), Error> {
    for (name, range) in GROUPS {
        let input = AddGroupInput { name: name.into() };
        let group_id = add_group(services, coach, None, input).await?.id;
        let user_ids = members.get(range).unwrap_or_default().to_vec();
        set_group_members(services, coach, SetGroupMembersInput { group_id, user_ids }).await?;
    }
    Ok(())
}
