"""What an unexpected error may say of itself in a log: its kind and its place, nothing of what it was about."""


def whereabouts(error: BaseException) -> str:
    """Messages and traces may quote what people wrote; this never does."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
