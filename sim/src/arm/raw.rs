//! The arm as its firmware sees it: below the gate, a millisecond at a time.

use kinematics::{ArmModel, ToolModel};
use quantities::{Flange, Sensor, Transform};
use safety_monitor::ArmFault;
use signals::{Drive, Sensed};

use super::{PERIOD, SimArm, broken};
use crate::sensors::wired;
use crate::servo::VelocityServo;

impl<const D: usize> SimArm<D> {
    /// One millisecond with the brakes on: the arm stands, the body under it breathes.
    pub(crate) fn stand(&mut self) -> Result<Sensed<D>, ArmFault> {
        let Some(tool) = self.plant.tools.get(self.tool) else {
            return Err(broken(self.at, "there is no tool", self.tool));
        };
        let holding = tool.model.gravity(&self.state.positions).map(wired);
        self.state.velocities.fill(0.0);
        self.accelerations.fill(0.0);
        self.at += PERIOD;
        self.sequence += 1;
        let breath = self.world.breathing().at(self.at);
        self.view = self
            .plant
            .view(tool, &self.world, &self.state, breath, &mut self.skin);
        self.given = holding;
        self.sample()
    }

    /// One millisecond under a drive, whichever the firmware needs.
    pub(crate) fn drive(&mut self, drive: &Drive<D>) -> Result<Sensed<D>, ArmFault> {
        if self.takes != drive.kind() {
            self.takes = drive.kind();
            self.servo = VelocityServo::at_rest();
        }
        self.passed.clear();
        self.millisecond(drive)?;
        self.sequence += 1;
        self.sample()
    }

    /// Closes the joint brakes that are marked where the joints stand now, and opens the others. A closed one stays
    /// where it closed.
    pub(crate) fn brake(&mut self, marked: &[bool; D]) {
        let places = self.state.positions.iter();
        for ((brake, marked), place) in self.state.brakes.iter_mut().zip(marked).zip(places) {
            *brake = marked.then(|| brake.unwrap_or(*place));
        }
    }

    /// The joints' sensors have noise: a sample of theirs that repeats itself to the last bit is none.
    pub(crate) fn has_noisy_joints(&self) -> bool {
        self.sensors.has_noisy_joints()
    }

    /// The model with the tool that is on, and the tool.
    pub(crate) fn mounted(&self) -> Option<(&ArmModel<D>, &ToolModel)> {
        let mounted = self.plant.tools.get(self.tool)?;
        Some((&mounted.model, &mounted.tool))
    }

    /// Where the wrist sensor sits.
    pub(crate) fn flange_from_sensor(&self) -> Transform<Flange, Sensor> {
        *self.sensors.flange_from_sensor()
    }
}
