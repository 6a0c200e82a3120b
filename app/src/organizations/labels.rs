use domain::tenants::Role;

pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Coach => "Coach",
        Role::Member => "Member",
    }
}

/// The role with its article, after "as".
pub const fn as_role(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Admin => "an admin",
        Role::Coach => "a coach",
        Role::Member => "a member",
    }
}
