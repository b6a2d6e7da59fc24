"""The use cases, one public function a file. They speak to the world through ports only."""
