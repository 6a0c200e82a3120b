-- A letter more: that a refresh token was used twice.
alter table letter drop constraint letter_kind_check;
alter table letter add constraint letter_kind_check
  check (kind in ('confirm_email', 'reset_password', 'new_sign_in', 'password_changed', 'token_reused'));
