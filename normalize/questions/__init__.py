"""What deserves a question: patterns over years and agencies that an auditor would ask about, never a finding."""
