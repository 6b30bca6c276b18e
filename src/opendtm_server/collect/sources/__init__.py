"""Reading other servers: ODK Central and KoBoToolbox, behind one door that goes nowhere it should not."""
