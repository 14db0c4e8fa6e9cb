"""What the pages show, as tables and sentences: computed from a session, without Streamlit."""
