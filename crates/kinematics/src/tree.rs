//! How links hang on joints: one root, no rings.

use std::collections::BTreeMap;

use crate::UrdfError;

/// The link tree by index.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// The one link without a parent.
    pub(crate) root: usize,
    /// For each link, the joint it hangs on.
    pub(crate) parent_joint: Vec<Option<usize>>,
    /// For each link, the joints that hang on it, in file order.
    pub(crate) child_joints: Vec<Vec<usize>>,
    /// For each joint, its parent link and child link.
    pub(crate) ends: Vec<(usize, usize)>,
}

impl Tree {
    /// Checks names and structure. `ends` holds joint, parent link and child link.
    pub(crate) fn grow(links: &[&str], ends: &[(&str, &str, &str)]) -> Result<Self, UrdfError> {
        let index = index_names(links)?;
        let mut joint_names = BTreeMap::new();
        let mut tree = Self {
            root: 0,
            parent_joint: vec![None; links.len()],
            child_joints: vec![Vec::new(); links.len()],
            ends: Vec::with_capacity(ends.len()),
        };
        for (number, (joint, parent, child)) in ends.iter().enumerate() {
            if joint_names.insert(*joint, number).is_some() {
                return Err(UrdfError::DuplicateName {
                    what: "joint",
                    name: (*joint).to_owned(),
                });
            }
            let find = |link: &str| {
                index
                    .get(link)
                    .copied()
                    .ok_or_else(|| UrdfError::UnknownLink {
                        joint: (*joint).to_owned(),
                        link: link.to_owned(),
                    })
            };
            let (parent, child) = (find(parent)?, find(child)?);
            if let Some(slot) = tree.parent_joint.get_mut(child)
                && let Some(first) = slot.replace(number)
            {
                return Err(UrdfError::SeveralParents {
                    link: name_at(links, child),
                    first: ends.get(first).map_or_else(String::new, |e| e.0.to_owned()),
                    second: (*joint).to_owned(),
                });
            }
            if let Some(children) = tree.child_joints.get_mut(parent) {
                children.push(number);
            }
            tree.ends.push((parent, child));
        }
        tree.find_root(links)?;
        Ok(tree)
    }

    fn find_root(&mut self, links: &[&str]) -> Result<(), UrdfError> {
        let mut roots =
            (0..links.len()).filter(|link| matches!(self.parent_joint.get(*link), Some(None)));
        let Some(root) = roots.next() else {
            return match links.first() {
                Some(link) => Err(UrdfError::Loop {
                    link: (*link).to_owned(),
                }),
                None => Err(UrdfError::NotUrdf {
                    reason: "it holds no link".to_owned(),
                }),
            };
        };
        let others: Vec<usize> = roots.collect();
        if !others.is_empty() {
            let all = core::iter::once(root).chain(others);
            return Err(UrdfError::SeveralRoots {
                roots: all.map(|link| name_at(links, link)).collect(),
            });
        }
        self.root = root;
        // Each link has at most one parent, so what the root cannot reach lies on or below a ring.
        let mut reached = vec![false; links.len()];
        let mut open = vec![root];
        while let Some(link) = open.pop() {
            if let Some(mark) = reached.get_mut(link) {
                *mark = true;
            }
            open.extend(self.children(link).map(|(_, child)| child));
        }
        match reached.iter().position(|mark| !mark) {
            Some(link) => Err(UrdfError::Loop {
                link: name_at(links, link),
            }),
            None => Ok(()),
        }
    }

    /// Joint and child link of everything that hangs on a link.
    pub(crate) fn children(&self, link: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.child_joints
            .get(link)
            .into_iter()
            .flatten()
            .filter_map(|joint| Some((*joint, self.ends.get(*joint)?.1)))
    }

    /// Links that nothing hangs on, in file order.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        self.child_joints
            .iter()
            .enumerate()
            .filter_map(|(link, children)| children.is_empty().then_some(link))
            .collect()
    }

    /// Joints from the root to a link, root side first.
    pub(crate) fn path_to(&self, link: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = link;
        while let Some(joint) = self.parent_joint.get(at).copied().flatten() {
            path.push(joint);
            match self.ends.get(joint) {
                Some((parent, _)) => at = *parent,
                None => break,
            }
        }
        path.reverse();
        path
    }
}

fn index_names<'a>(links: &[&'a str]) -> Result<BTreeMap<&'a str, usize>, UrdfError> {
    let mut index = BTreeMap::new();
    for (number, link) in links.iter().enumerate() {
        if index.insert(*link, number).is_some() {
            return Err(UrdfError::DuplicateName {
                what: "link",
                name: (*link).to_owned(),
            });
        }
    }
    Ok(index)
}

fn name_at(links: &[&str], link: usize) -> String {
    links
        .get(link)
        .map_or_else(String::new, |name| (*name).to_owned())
}
