"""The papers people sign, carry and pin to the gate: operation plan, gate notice, help sheet, public notices."""
