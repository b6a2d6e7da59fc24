"""The Web API: what is called, by whom, and what comes back. One function a method, a family of methods a module."""
