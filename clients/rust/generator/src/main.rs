//! Reads the document from stdin and writes the client to stdout, by progenitor. What is changed in its result: only types of
//! requests have builders, enums read values that they do not know, and ids are `Copy`.

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;
use serde_json::Value;
use std::{collections::BTreeSet, error::Error, io};
use syn::{Fields, ImplItem, Item, ItemEnum, ItemMod, ItemStruct, Stmt, Type, parse_quote};

fn main() -> Result<(), Box<dyn Error>> {
    let document: Value = serde_json::from_reader(io::stdin())?;
    let inputs = inputs(&document);
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_derive("PartialEq")
        .with_inner_type(quote! { crate::Settings });
    let idempotent = idempotent_operations(&document);
    let tokens = Generator::new(&settings).generate_tokens(&serde_json::from_value(document)?)?;
    let mut file = syn::parse2(tokens)?;
    change_types(&mut file, &inputs)?;
    file.items.push(parse_quote! {
        /// The operations that take an `Idempotency-Key`.
        pub(crate) const IDEMPOTENT_OPERATIONS: &[&str] = &[#(#idempotent),*];
    });
    print!("{}", prettyplease::unparse(&file));
    Ok(())
}

/// The names of all types that bodies of requests contain.
fn inputs(document: &Value) -> BTreeSet<String> {
    fn visit(value: &Value, document: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| visit(item, document, names)),
            Value::Object(object) => {
                let name = object
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|path| path.rsplit('/').next());
                if let Some(name) = name
                    && names.insert(name.to_owned())
                {
                    visit(&document["components"]["schemas"][name], document, names);
                }
                object.values().for_each(|member| visit(member, document, names));
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for operation in document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values())
    {
        visit(&operation["post"]["requestBody"], document, &mut names);
    }
    names
}

fn idempotent_operations(document: &Value) -> Vec<String> {
    let names = document["x-idempotent-operations"]
        .as_array()
        .into_iter()
        .flatten();
    names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

fn change_types(file: &mut syn::File, inputs: &BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    let types = module(&mut file.items, "types").ok_or("there is no module `types`")?;
    let builders = module(types, "builder").ok_or("there is no module `types::builder`")?;
    builders.retain(|item| match item {
        Item::Struct(item) => inputs.contains(&item.ident.to_string()),
        Item::Impl(item) => inputs.contains(&subject(item)),
        _ => true,
    });
    types.retain(|item| match item {
        Item::Impl(item) if item.trait_.is_none() && is_builder(&item.items) => {
            inputs.contains(&subject(item))
        }
        _ => true,
    });
    let mut open = BTreeSet::new();
    for item in types.iter_mut() {
        if let Item::Struct(item) = item
            && is_id(item)
        {
            item.attrs.push(parse_quote!(#[derive(Copy, Eq, Hash)]));
        }
        if let Item::Enum(item) = item
            && add_unknown(item)
        {
            open.insert(item.ident.to_string());
        }
    }
    for item in types {
        if let Item::Impl(item) = item
            && open.contains(&subject(item))
            && item
                .trait_
                .as_ref()
                .is_some_and(|(_, path, _)| path.segments.last().is_some_and(|s| s.ident == "Display"))
        {
            item.items.iter_mut().for_each(display_unknown);
        }
    }
    Ok(())
}

fn module<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) if ident == name => Some(items),
        _ => None,
    })
}

/// The name of the type that an `impl` is for. In `builder` it is the builder, or `super::AddNoteInput`, which has the same name.
fn subject(item: &syn::ItemImpl) -> String {
    match &*item.self_ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn is_builder(items: &[ImplItem]) -> bool {
    matches!(items, [ImplItem::Fn(function)] if function.sig.ident == "builder")
}

fn is_id(item: &ItemStruct) -> bool {
    match &item.fields {
        Fields::Unnamed(fields) => matches!(
            fields.unnamed.first().map(|field| &field.ty),
            Some(Type::Path(path)) if path.path.segments.last().is_some_and(|segment| segment.ident == "Uuid")
        ),
        _ => false,
    }
}

/// Adds a variant for other values to an enum of plain values.
fn add_unknown(item: &mut ItemEnum) -> bool {
    let is_plain = item
        .variants
        .iter()
        .all(|variant| matches!(variant.fields, Fields::Unit));
    if is_plain {
        item.variants.push(parse_quote! {
            /// A value that this version of the client does not know.
            #[serde(other)]
            Unknown
        });
    }
    is_plain
}

fn display_unknown(item: &mut ImplItem) {
    if let ImplItem::Fn(function) = item
        && let Some(Stmt::Expr(syn::Expr::Match(expression), _)) = function.block.stmts.first_mut()
    {
        expression
            .arms
            .push(parse_quote!(Self::Unknown => f.write_str("unknown"),));
    }
}
